using Microsoft.Extensions.Logging;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>A look at the certificate files that fails as nobody foresaw.</summary>
public sealed class WatcherFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watcher_LookThatThrows_LogsItAndLooksAgain()
    {
        using var files = new CertificateFolder();
        files.Configure("CN=old", "console.example.com", "*.pods.example.com");
        using var storeLog = new LineLog { OnLine = () => throw new InvalidOperationException("A log that cannot be written.") };
        using var watcherLog = new LineLog();
        var store = files.Open(storeLog);
        using var watcher = new CertificateWatcher(store, files.Clock, watcherLog.CreateLogger<CertificateWatcher>());
        await watcher.StartAsync(Cancel);

        await File.WriteAllTextAsync(files.Gateway.CertificatePath!, "nonsense", Cancel);
        await PassUntilAsync(() => watcherLog.Lines.Any(line => line.StartsWith("Error: ", StringComparison.Ordinal)), "the fault is logged");

        storeLog.OnLine = null;
        files.Configure("CN=mended", "console.example.com", "*.pods.example.com");
        await PassUntilAsync(() => store.Select(null).ServerCertificateContext!.TargetCertificate.Subject == "CN=mended", "it is looked at again");
        await watcher.StopAsync(Cancel);

        Task PassUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
            () =>
            {
                files.Clock.Advance(CertificateWatcher.Interval);
                return condition();
            },
            what);
    }
}
