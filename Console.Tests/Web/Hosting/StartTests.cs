using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Hosting;

public sealed class StartTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_WrongSettings_ListsThemAllAndExitsWith1()
    {
        var arguments = ConsoleArguments.New(_directory.File("data"), "Gateway:TcpPortRange=5-1", "Runtime:Kind=Magic");
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, _directory.Path, arguments.Values);

        var (exitCode, error) = await console.WaitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("2 settings are wrong", error, StringComparison.Ordinal);
        Assert.Contains("Gateway:TcpPortRange:", error, StringComparison.Ordinal);
        Assert.Contains("Runtime:Kind:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.File("data")));
    }

    [Fact]
    public async Task Run_BusyPort_SaysWhoHoldsItAndWhichSettingMovesIt()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var arguments = ConsoleArguments.New(_directory.File("data"), $"Gateway:HttpsPort={port}", "Gateway:TcpPortRange=20000-20009");
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, _directory.Path, arguments.Values);

        var (exitCode, error) = await console.WaitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{port}", error, StringComparison.Ordinal);
        Assert.Contains($"(process {Environment.ProcessId})", error, StringComparison.Ordinal);
        Assert.Contains("Gateway:HttpsPort", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnusableDataDirectory_NamesTheSetting()
    {
        await File.WriteAllTextAsync(_directory.File("data"), "not a directory", Cancelled);
        var arguments = ConsoleArguments.New(_directory.File("data"));
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, _directory.Path, arguments.Values);

        var (exitCode, error) = await console.WaitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("Console:DataDirectory:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FirstStart_PrintsTheAddressAndTheSetUpLink()
    {
        var arguments = ConsoleArguments.New(_directory.File("data"));
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, _directory.Path, arguments.Values);
        using var client = await console.WaitUntilReadyAsync(arguments.Url, arguments.DataDirectory);

        console.Terminate();
        var (exitCode, _) = await console.WaitAsync();
        var output = await console.Output;

        Assert.Equal(0, exitCode);
        Assert.Contains($"{arguments.Url}setup?code=", output, StringComparison.Ordinal);
        Assert.Contains(_directory.File("data"), output, StringComparison.Ordinal);
        Assert.Contains("pod-console-ca.crt", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ConsoleBelowThePodsDomain_WarnsTheOperator()
    {
        var arguments = ConsoleArguments.New(
            _directory.File("data"), "Console:PublicUrl=https://console.pods.example.org:{https}", "Gateway:ProxyDomain=pods.example.org");
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, _directory.Path, arguments.Values);
        using var client = await console.WaitUntilReadyAsync(new($"https://console.pods.example.org:{arguments.HttpsPort}"), arguments.DataDirectory);

        console.Terminate();
        await console.WaitAsync();

        Assert.Contains(
            "Warning         Gateway:ProxyDomain: pods.example.org is above the console's host, console.pods.example.org.",
            await console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PublishedBuildFromAnotherDirectory_HasItsSettingsAndStaticFiles()
    {
        var published = _directory.File("published");
        await PublishAsync(published);
        var elsewhere = Directory.CreateDirectory(_directory.File("elsewhere")).FullName;
        var arguments = ConsoleArguments.New("data");
        using var console = ConsoleProcess.Start(Path.Combine(published, "Console.Web.dll"), elsewhere, arguments.Values);
        using var client = await console.WaitUntilReadyAsync(arguments.Url, Path.Combine(published, "data"));

        var page = await client.GetStringAsync("/sign-in", Cancelled);
        foreach (var asset in new[] { "console.css", "_content/MudBlazor/MudBlazor.min.js", "_framework/blazor.web.js" })
        {
            using var answer = await client.GetAsync(asset, Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Contains("Sign in", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(published, "data", "console.db")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    private static async Task PublishAsync(string target)
    {
        var project = Path.Combine(Repository.Root, "Console.Web");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "publish", project, "--no-build", "-c", Repository.Configuration, "-o", target, "--nologo", "-v", "quiet",
                "-p:PublishReadyToRun=false", "-p:UseCurrentRuntimeIdentifier=false", // Only so it is the build that is there.
            ])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync(Cancelled);
        await publish.WaitForExitAsync(Cancelled);
        Assert.True(publish.ExitCode == 0, output);
    }
}
