using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PodConsole.Proxy.Publishing;

/// <summary>Looks every second whether something listens behind each port: no event tells when a service opens its socket.</summary>
internal sealed partial class PortProber(PortPublisher publisher, TimeProvider clock, ILogger<PortProber> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await publisher.ProbeAsync();
            }
            catch (Exception exception)
            {
                LogFault(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The ports could not be looked at; they are looked at again in a second")]
    private partial void LogFault(Exception exception);
}
