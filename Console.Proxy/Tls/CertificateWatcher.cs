using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PodConsole.Proxy.Tls;

/// <summary>
/// Keeps the served certificates fresh: files that were replaced (by whatever means, links included) and local
/// certificates that are about to end.
/// </summary>
internal sealed partial class CertificateWatcher(CertificateStore certificates, TimeProvider time, ILogger<CertificateWatcher> logger)
    : BackgroundService
{
    /// <summary>How often the files are read.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                certificates.Refresh();
            }
            catch (Exception exception)
            {
                // Would end the console with every connection it has; what was loaded before goes on meanwhile.
                LogFault(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The certificates could not be looked at; it is tried again in some seconds.")]
    private partial void LogFault(Exception exception);
}
