using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Data;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Domain.Pods;

/// <summary>
/// Keeps what runs equal to what is wanted. Level-triggered: each pod that is woken is compared as a whole, one comparison
/// at a time per pod, so that after a crash of the console the same comparison brings the world back.
/// </summary>
public sealed partial class PodSupervisor(
    IDbContextFactory<ConsoleDbContext> contexts,
    IEnumerable<IPodRuntime> runtimes,
    PodReconciler reconciler,
    TimeProvider clock,
    ILogger<PodSupervisor> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromMinutes(1);

    // A start costs a process and some disk: a hundred at once would starve the pods that already run.
    private const int AtOnce = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<PodId> _woken = [];
    private readonly HashSet<PodId> _working = [];
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private bool _stopped;

    /// <summary>Has this pod compared soon; calls in between are folded into one.</summary>
    public void Wake(PodId podId)
    {
        lock (_lock)
        {
            _woken.Add(podId);
            if (!_working.Add(podId))
            {
                return;
            }
        }

        _ = Task.Run(() => WorkAsync(podId));
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Not in ExecuteAsync, which runs beside the rest of the start: a pod could be started before anybody listens.
        foreach (var runtime in runtimes)
        {
            runtime.OnChange(Wake);
        }

        return Task.CompletedTask;
    }

    /// <summary>Begins with every pod: those that run on are served by now, and did not have to wait for this.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    /// <summary>Stops, and waits for the comparisons under way as long as <paramref name="cancellationToken"/> allows.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (Interlocked.Exchange(ref _stopped, true))
        {
            return;
        }

        try
        {
            // With every slot taken nothing is being compared, and nothing can begin.
            for (var slot = 0; slot < AtOnce; slot++)
            {
                await _slots.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            LogStoppedEarly();
        }
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SafetyNet, clock);
        do
        {
            await WakeAllAsync();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _slots.Dispose();
    }

    private async Task WakeAllAsync()
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            foreach (var podId in await db.ReadPodIdsAsync(LogUnreadableId))
            {
                Wake(podId);
            }
        }
        catch (Exception exception)
        {
            // A disk that fails now must not end the comparison for good; the next round tries again.
            LogNotRead(exception);
        }
    }

    private async Task WorkAsync(PodId podId)
    {
        while (TryTake(podId))
        {
            await _slots.WaitAsync();
            try
            {
                await reconciler.ReconcileAsync(podId);
            }
            catch (Exception exception)
            {
                // One pod's fault must not end the comparison of the others; the safety net tries again.
                LogFault(exception, podId);
            }
            finally
            {
                _slots.Release();
            }
        }
    }

    private bool TryTake(PodId podId)
    {
        lock (_lock)
        {
            if (_woken.Remove(podId))
            {
                return true;
            }

            _working.Remove(podId);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId} could not be compared with what runs; it is tried again within a minute")]
    private partial void LogFault(Exception exception, PodId podId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A pod in the database has the invalid id '{Id}' and is left out")]
    private partial void LogUnreadableId(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The pods could not be read from the database; they are tried again within a minute")]
    private partial void LogNotRead(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The console stops while pods are still being started or stopped; its next start goes on with them")]
    private partial void LogStoppedEarly();
}
