using Microsoft.Playwright;
using PodConsole.Tests.Support;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace PodConsole.Tests.Support;

/// <summary>
/// The browser of the whole run: the system's Chromium with an empty profile, started by the first test that needs it. Each test
/// opens a context of its own, which shares no cookies with the others. The program without windows is taken where there is one.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    // Slow machines run many tests beside each other.
    private static readonly float Timeout = (float)Eventually.Deadline.TotalMilliseconds;

    // Certificate errors: a context ignores those of pages, but not those of service workers.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
        "--host-resolver-rules=MAP *.walls.test 127.0.0.1",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>Opens an empty context, which accepts the certificates of the consoles under test.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.IgnoreHTTPSErrors = true;
        var context = await (await _started.Value).Browser.NewContextAsync(options);
        context.SetDefaultTimeout(Timeout);
        return context;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            var (playwright, browser) = await _started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Timeout);
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = FindProgram(), Args = Arguments }));
    }

    // Chromium's own windows, which nobody sees here, take more than half of its processor time.
    private static string FindProgram()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new[] { "chromium-headless-shell", "chromium", "chromium-browser" }
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                "The end-to-end tests need Chromium, and there is no 'chromium-headless-shell' or 'chromium' on PATH. Install the "
                + "distribution's package: apt-get install chromium-headless-shell (eng/test.sh does it).");
    }
}
