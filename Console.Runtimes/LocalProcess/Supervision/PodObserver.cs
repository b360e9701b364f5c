using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Logs;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>Reads what became of a pod, and closes its record where no supervisor is left to do so.</summary>
internal sealed partial class PodObserver(ExitWatcher watcher, ILogger logger)
{
    private const string MachineRestarted = "The machine restarted; the exit code is unknown. Start the pod again.";
    private const string SupervisorKilled =
        "The pod's supervisor was killed, and the pod with it; the exit code is unknown. Start the pod again.";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(5);

    /// <summary>The pod's last instance, watched from now on if it runs; null when none ever ran.</summary>
    public async Task<PodState?> ObserveAsync(PodId podId, PodDirectory directory, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = directory.ReadState();
            if (state is not { EndedAt: null } || (state.IsSupervised && watcher.TryWatch(podId, state.Supervisor)))
            {
                return state;
            }

            using (var held = directory.TryLock())
            {
                if (held is not null)
                {
                    return directory.ReadState() is { EndedAt: null } open ? await CloseAsync(podId, directory, open) : directory.ReadState();
                }
            }

            // Another supervisor has just started: it writes its own state soon.
            await Task.Delay(Interval, cancellationToken);
        }
    }

    private async Task<PodState> CloseAsync(PodId podId, PodDirectory directory, PodState state)
    {
        var sameBoot = state.Boot == PodState.CurrentBoot;
        if (sameBoot)
        {
            await KillLeftOversAsync(podId, state);
        }

        var closed = state with { EndedAt = DateTime.UtcNow, Problem = sameBoot ? SupervisorKilled : MachineRestarted };
        using (var log = new PodLogWriter(directory.Logs))
        {
            log.Write(closed.Problem);
        }

        directory.WriteState(closed);
        LogClosed(podId, closed.Problem);
        return closed;
    }

    private async Task KillLeftOversAsync(PodId podId, PodState state)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (ProcessTree.LeftOversOf(state.Program, PodVariables.Cookie(podId.Value)) is { Count: > 0 } left)
        {
            left.ForEach(process => process.Signal(Libc.SigKill));
            if (TimeProvider.System.GetElapsedTime(start) > KillDeadline)
            {
                LogNotKilled(podId, left.Count);
                return;
            }

            await Task.Delay(Interval);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: {Problem}")]
    private partial void LogClosed(PodId podId, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: {Count} of its processes do not end, even when killed")]
    private partial void LogNotKilled(PodId podId, int count);
}
