using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>Tells the operator at start when not all of the configured external ports can be used.</summary>
internal sealed partial class PortPoolNotice(PortPool pool, ILogger<PortPoolNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (pool.Notice is { } notice)
        {
            LogNotice(notice);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    private partial void LogNotice(string notice);
}
