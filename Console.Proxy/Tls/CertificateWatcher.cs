using Microsoft.Extensions.Hosting;

namespace PodConsole.Proxy.Tls;

/// <summary>
/// Keeps the served certificates fresh: files that were replaced (by whatever means, links included) and local
/// certificates that are about to end.
/// </summary>
internal sealed class CertificateWatcher(CertificateStore certificates, TimeProvider time) : BackgroundService
{
    /// <summary>How often the files are read.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            certificates.Refresh();
        }
    }
}
