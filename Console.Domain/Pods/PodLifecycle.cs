using PodConsole.Domain.Data;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Planning;

namespace PodConsole.Domain.Pods;

/// <summary>
/// What each action means for a pod's row (the original's lifecycle table). Each method changes a tracked pod inside the
/// caller's transaction and returns null, or why it may not be done.
/// </summary>
public sealed class PodLifecycle(PortAllocator allocator, PublicAddresses addresses)
{
    internal async Task<PodResult?> StartAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Intent == PodIntent.Run && pod.Status is not (PodStatus.Exited or PodStatus.Error))
        {
            return new PodResult.WrongStatus("The pod is already running.");
        }

        Overtake(pod);
        pod.DiskGeneration++;
        return await RunAnewAsync(db, pod);
    }

    internal Task<PodResult?> StopAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Locked)
        {
            return Task.FromResult<PodResult?>(new PodResult.Locked());
        }

        if (pod.Intent != PodIntent.Run || pod.Status is PodStatus.Exited or PodStatus.Error)
        {
            return Task.FromResult<PodResult?>(new PodResult.WrongStatus("The pod is not running."));
        }

        Overtake(pod);
        pod.Intent = PodIntent.Stop;
        pod.StatusReason = "Stopping";
        pod.DiskGeneration++;
        allocator.Release(pod, pod.Leases);
        return Task.FromResult<PodResult?>(null);
    }

    internal Task<PodResult?> RestartAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Intent != PodIntent.Run || pod.Status != PodStatus.Running)
        {
            return Task.FromResult<PodResult?>(new PodResult.WrongStatus("Only a running pod can be restarted. Start it instead."));
        }

        Overtake(pod);
        Begin(pod);

        // The pod learns now of every number that moved.
        pod.Leases.ForEach(lease => lease.InsteadOf = null);
        return Task.FromResult<PodResult?>(null);
    }

    internal async Task<PodResult?> ResetAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Locked)
        {
            return new PodResult.Locked();
        }

        Overtake(pod);
        pod.DiskGeneration++;
        return pod.Intent == PodIntent.Run ? await RunAnewAsync(db, pod, isReset: true) : null;
    }

    /// <summary>Another public address and new mappings while the pod runs on.</summary>
    internal async Task<PodResult?> MigrateAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Locked)
        {
            return new PodResult.Locked();
        }

        if (addresses.FindMigrationObstacle(pod.Cloud, pod.PublicAddress) is { } obstacle)
        {
            return new PodResult.Refused(obstacle);
        }

        if (pod is not { Intent: PodIntent.Run, Status: PodStatus.Running })
        {
            return new PodResult.WrongStatus("Only a running pod can migrate. A stopped one may get another address when it starts.");
        }

        Overtake(pod);
        return await LeaseAnewAsync(db, pod, addresses.Others(pod.Cloud, pod.PublicAddress));
    }

    internal Task<PodResult?> TerminateAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Locked)
        {
            return Task.FromResult<PodResult?>(new PodResult.Locked());
        }

        Overtake(pod);
        pod.Intent = PodIntent.Terminate;
        pod.Status = PodStatus.Terminated;
        pod.IdempotencyKey = null;
        allocator.Release(pod, pod.Leases);
        return Task.FromResult<PodResult?>(null);
    }

    /// <summary>The end of a wait to remove ports, while the pod runs on.</summary>
    internal Task<PodResult?> RemoveDrainedPortsAsync(Pod pod)
    {
        Overtake(pod);
        return Task.FromResult<PodResult?>(null);
    }

    /// <summary>Whatever the pod does next, it waits no longer; ports that were to go are gone.</summary>
    internal void Overtake(Pod pod)
    {
        if (pod.Drain is { Action: DrainAction.RemovePorts } drain)
        {
            allocator.Release(pod, pod.Leases.Where(lease => drain.Covers(new(PortProtocol.Tcp, lease.Number ?? 0))));
            pod.Ports.RemoveAll(port => drain.Covers(port.Key));
        }

        pod.Drain = null;
    }

    /// <summary>A new run with new mappings, on another Community address perhaps.</summary>
    internal async Task<PodResult?> RunAnewAsync(ConsoleDbContext db, Pod pod, PortProposal? proposal = null, bool isReset = false)
    {
        var refusal = await LeaseAnewAsync(db, pod, addresses.Next(pod.Cloud, pod.PublicAddress, proposal?.Address), proposal, isReset);
        if (refusal is null)
        {
            Begin(pod);
        }

        return refusal;
    }

    // The first address that has enough ports; one that is no longer configured only when there is no other.
    private async Task<PodResult?> LeaseAnewAsync(
        ConsoleDbContext db, Pod pod, IReadOnlyList<string> candidates, PortProposal? proposal = null, bool isReset = false)
    {
        allocator.Release(pod, pod.Leases);
        var numbers = pod.Ports.Where(port => port.Protocol == PortProtocol.Tcp).Select(port => port.Number).ToList();
        string? problem = null;
        foreach (var address in candidates.DefaultIfEmpty(pod.PublicAddress).ToList())
        {
            pod.PublicAddress = address;
            if (await allocator.LeaseAsync(db, pod, numbers, proposal, isReset) is not { } found)
            {
                return null;
            }

            problem ??= found;
        }

        return new PodResult.Refused(problem!);
    }

    private static void Begin(Pod pod)
    {
        pod.Intent = PodIntent.Run;
        pod.Generation++;
        pod.Status = PodStatus.Starting;
        pod.StatusReason = "";
        pod.ExitCode = null;
        pod.StartedAt = null;
        pod.RuntimeAddress = null;
    }
}
