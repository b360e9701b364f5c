using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods.Draining;

/// <summary>
/// Begins, ends and carries out a drain on a tracked pod inside the caller's transaction. Each method returns null, or why it
/// may not be done.
/// </summary>
public sealed class PodDraining(PodLifecycle lifecycle, PublicAddresses addresses, TimeProvider clock)
{
    /// <summary>Begins to wait.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="action">What is done at the end.</param>
    /// <param name="ports">The ports to remove, for <see cref="DrainAction.RemovePorts"/>.</param>
    internal PodResult? Begin(Pod pod, DrainAction action, IReadOnlyList<PortKey> ports)
    {
        if (pod.Locked)
        {
            return new PodResult.Locked();
        }

        if (pod is not { Intent: PodIntent.Run, Status: PodStatus.Running })
        {
            return new PodResult.WrongStatus("Only a running pod has connections to wait for.");
        }

        if (pod.Drain is not null)
        {
            return new PodResult.WrongStatus("The pod already waits until its connections have ended. Finish or cancel that first.");
        }

        if (action == DrainAction.Migrate && addresses.FindMigrationObstacle(pod.Cloud, pod.PublicAddress) is { } obstacle)
        {
            return new PodResult.Refused(obstacle);
        }

        pod.Drain = new(action, clock.GetUtcNow().UtcDateTime + PodDrain.Longest, ports);
        return null;
    }

    /// <summary>Takes a drain back: the pod's ports take new connections again.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="drain">The drain that is meant: another one that was begun meanwhile is left alone.</param>
    internal static PodResult? Cancel(Pod pod, PodDrain drain)
    {
        if (!drain.IsSame(pod.Drain))
        {
            return NoDrain;
        }

        pod.Drain = null;
        return null;
    }

    /// <summary>Does what the pod waited for, now.</summary>
    /// <param name="db">The caller's context.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="drain">The drain that is meant, as in <see cref="Cancel"/>.</param>
    internal Task<PodResult?> FinishAsync(ConsoleDbContext db, Pod pod, PodDrain drain) => drain.Action switch
    {
        _ when !drain.IsSame(pod.Drain) => Task.FromResult<PodResult?>(NoDrain),
        DrainAction.Stop => lifecycle.StopAsync(db, pod),
        DrainAction.Restart => lifecycle.RestartAsync(db, pod),
        DrainAction.Reset => lifecycle.ResetAsync(db, pod),
        DrainAction.Migrate => lifecycle.MigrateAsync(db, pod),
        DrainAction.Terminate => lifecycle.TerminateAsync(db, pod),
        _ => lifecycle.RemoveDrainedPortsAsync(pod),
    };

    private static PodResult.WrongStatus NoDrain => new("The pod does not wait for connections any more.");
}
