using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Web.Hosting;

/// <summary>
/// Stops the console when it is told to. On SIGTERM readiness turns false first, and everything is served for
/// <c>Gateway:StopDelay</c> more, so that a load balancer has time to notice. Ctrl+C, or a second SIGTERM, stops at once.
/// </summary>
internal sealed class StopSignals(IHostApplicationLifetime lifetime, IOptions<GatewaySettings> gateway, TimeProvider clock) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private ITimer? _delay;
    private volatile bool _told;

    /// <summary>Whether new traffic should go elsewhere.</summary>
    public bool IsStopping => _told || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, gateway.Value.StopDelay)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, TimeSpan.Zero)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => Stop(context, TimeSpan.Zero)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _delay?.Dispose();
    }

    private void Stop(PosixSignalContext context, TimeSpan delay)
    {
        // The host ends the process when it has stopped.
        context.Cancel = true;
        if (_told || delay == TimeSpan.Zero)
        {
            lifetime.StopApplication();
        }
        else
        {
            _delay = clock.CreateTimer(_ => lifetime.StopApplication(), null, delay, Timeout.InfiniteTimeSpan);
        }

        _told = true;
    }
}
