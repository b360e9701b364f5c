using System.Diagnostics;
using Microsoft.Playwright;
using PodConsole.Domain.Settings;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>What operators run: <c>dotnet Console.Web.dll</c> of a published build, with settings by environment variables.</summary>
public sealed class PublishedBuildTests(Chromium chromium) : IAsyncLifetime
{
    private readonly TempDirectory _build = new();
    private readonly TempDirectory _elsewhere = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await LeftoverPods.RemoveAsync(new DataPaths(_elsewhere.File("data")));
        _build.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task PublishedBuild_ByEnvironmentVariables_DoesTheMainJob()
    {
        await PublishAsync();
        var arguments = ConsoleArguments.New(
            _elsewhere.File("data"), $"Console:AdminEmail={ConsoleHost.Email}", $"Console:AdminPassword={ConsoleHost.Password}");
        using var console = ConsoleProcess.Start(_build.File("Console.Web.dll"), _elsewhere.Path, arguments.EnvironmentVariables);
        using var client = await console.WaitUntilReadyAsync(arguments.Url, arguments.DataDirectory);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();

        await SignInPage.SignInAsync(page, arguments.Url);
        await page.GotoAsync(new Uri(arguments.Url, "/deploy").AbsoluteUri);
        var drawer = await new DeployPage(page).DeployAsync();
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));
        var demo = await page.RunAndWaitForPopupAsync(() => drawer.HttpLink(4000).ClickAsync());
        await Expect(demo.GetByRole(AriaRole.Heading, new() { Name = "Pod Console demo" })).ToBeVisibleAsync();
        using var echo = await EchoConnection.OpenAsync((await drawer.ReadTcpAsync(70000)).External);
        await echo.VerifyAsync("hello, published build");

        console.Terminate();
        Assert.Equal(0, (await console.WaitAsync()).ExitCode);
    }

    // Without the analyzers: the build of the tests has run them.
    private async Task PublishAsync()
    {
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Repository.Root, "Console.Web"), "--configuration", "Release", "--output", _build.Path,
            "--nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
        ])
        { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync(Cancelled);
        await publish.WaitForExitAsync(Cancelled);
        Assert.True(publish.ExitCode == 0, output);
    }
}
