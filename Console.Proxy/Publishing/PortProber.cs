using Microsoft.Extensions.Hosting;

namespace PodConsole.Proxy.Publishing;

/// <summary>Looks every second whether something listens behind each port: no event tells when a service opens its socket.</summary>
internal sealed class PortProber(PortPublisher publisher, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await publisher.ProbeAsync();
        }
    }
}
