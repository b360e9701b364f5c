using System.Diagnostics;

namespace PodConsole.Tests.Support;

/// <summary>What operators run: the console as the README's command publishes it, in a directory of its own.</summary>
internal sealed class PublishedBuild : IDisposable
{
    private readonly TempDirectory _directory = new();

    private PublishedBuild()
    {
    }

    /// <summary>The console, for <c>dotnet</c>.</summary>
    public string Program => _directory.File("Console.Web.dll");

    /// <summary>Publishes it; without the analyzers, which the build of the tests has run.</summary>
    public static async Task<PublishedBuild> CreateAsync()
    {
        var build = new PublishedBuild();
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Repository.Root, "Console.Web"), "--configuration", "Release", "--output", build._directory.Path,
            "--nologo", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
        ])
        { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await publish.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(publish.ExitCode == 0, output);
        return build;
    }

    public void Dispose() => _directory.Dispose();
}
