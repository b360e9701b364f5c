using Microsoft.Extensions.Logging.Abstractions;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>What becomes of certificates as time passes.</summary>
public sealed class CertificateWatcherTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Watcher_LocalCertificateAboutToEnd_IsRenewedWithoutARestart()
    {
        var store = _files.Open();
        var first = store.Thumbprint();
        using var watcher = new CertificateWatcher(store, _files.Clock, NullLogger<CertificateWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        _files.Clock.Advance(TimeSpan.FromDays(368));

        await Eventually.TrueAsync(
            () =>
            {
                _files.Clock.Advance(CertificateWatcher.Interval);
                return store.Thumbprint() != first;
            },
            "the leaf is renewed");
        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }
}
