using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods.Draining;

/// <summary>
/// Looks every second at the pods that wait for their connections to end, and does what they wait for. It begins once the
/// console has started, with those of the console before it.
/// </summary>
public sealed partial class DrainKeeper(
    IDbContextFactory<ConsoleDbContext> contexts,
    DrainingPods draining,
    PodService pods,
    IPortPublisher publisher,
    TimeProvider clock,
    ILogger<DrainKeeper> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<PodId, Wait> _waits = [];

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins: by now every port is published, and another console on the same data would have failed to start.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    /// <summary>Looks no more: what ends connections from here on is the console's own stop, and no pod waited for that.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => base.StopAsync(cancellationToken);

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Looks at each of them once. The caller lets only one call run at a time.</summary>
    public async Task LookAsync()
    {
        foreach (var podId in draining.TakeAll())
        {
            try
            {
                if (await IsStillWaitingAsync(podId))
                {
                    draining.Add(podId);
                    continue;
                }

                _waits.Remove(podId);
            }
            catch (Exception exception)
            {
                // One pod's fault must not keep the others waiting; the next look tries again.
                LogFault(exception, podId);
                draining.Add(podId);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loaded = false;
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            loaded = loaded || await TryLoadAsync();
            await LookAsync();
        }
    }

    // Those that waited when the last console ended.
    private async Task<bool> TryLoadAsync()
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            foreach (var text in await db.Database.SqlQuery<string>($"SELECT Id AS Value FROM Pods WHERE Drain IS NOT NULL").ToListAsync())
            {
                if (PodId.TryParse(text, out var podId))
                {
                    draining.Add(podId);
                }
            }

            return true;
        }
        catch (Exception exception)
        {
            // A disk that fails now must not leave pods waiting for ever.
            LogNotRead(exception);
            return false;
        }
    }

    private async Task<bool> IsStillWaitingAsync(PodId podId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var pod = await db.Pods.AsNoTracking().Include(pod => pod.Ports).FirstOrDefaultAsync(pod => pod.Id == podId);
        if (pod?.Drain is not { } drain)
        {
            return false;
        }

        var open = drain.CountOpen(pod, publisher);
        if (open > 0 && !IsOver(podId, drain))
        {
            return true;
        }

        LogFinished(podId, drain.Action, open);
        if (await pods.EndDrainAsync(podId, drain, open) is { } problem)
        {
            LogRefused(podId, drain.Action, problem);
        }

        return false;
    }

    // The time of day says at the first look how much is left; from then on it may be put forward or back.
    private bool IsOver(PodId podId, PodDrain drain)
    {
        if (!_waits.TryGetValue(podId, out var wait) || !drain.IsSame(wait.Drain))
        {
            var left = drain.Until - clock.GetUtcNow().UtcDateTime;
            _waits[podId] = wait = new(drain, clock.GetTimestamp(), left < PodDrain.Longest ? left : PodDrain.Longest);
        }

        return clock.GetElapsedTime(wait.Since) >= wait.Left;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId}: {Action} after the drain; {Open} connections are open")]
    private partial void LogFinished(PodId podId, DrainAction action, int open);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: {Action} after the drain was refused, so its ports are open again: {Problem}")]
    private partial void LogRefused(PodId podId, DrainAction action, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The pods that wait for their connections to end could not be read; they are tried again in a second")]
    private partial void LogNotRead(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: its drain could not be looked at; it is tried again in a second")]
    private partial void LogFault(Exception exception, PodId podId);

    // Since: as TimeProvider.GetTimestamp counts.
    private sealed record Wait(PodDrain Drain, long Since, TimeSpan Left);
}
