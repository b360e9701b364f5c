using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;

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

        pod.Intent = PodIntent.Stop;
        pod.StatusReason = "Stopping";
        pod.DiskGeneration++;
        allocator.Release(pod, pod.Leases);
        return Task.FromResult<PodResult?>(null);
    }

    internal static Task<PodResult?> RestartAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Intent != PodIntent.Run || pod.Status != PodStatus.Running)
        {
            return Task.FromResult<PodResult?>(new PodResult.WrongStatus("Only a running pod can be restarted. Start it instead."));
        }

        Begin(pod);
        return Task.FromResult<PodResult?>(null);
    }

    internal async Task<PodResult?> ResetAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Locked)
        {
            return new PodResult.Locked();
        }

        pod.DiskGeneration++;
        return pod.Intent == PodIntent.Run ? await RunAnewAsync(db, pod) : null;
    }

    internal Task<PodResult?> TerminateAsync(ConsoleDbContext db, Pod pod)
    {
        if (pod.Locked)
        {
            return Task.FromResult<PodResult?>(new PodResult.Locked());
        }

        pod.Intent = PodIntent.Terminate;
        pod.Status = PodStatus.Terminated;
        pod.IdempotencyKey = null;
        allocator.Release(pod, pod.Leases);
        return Task.FromResult<PodResult?>(null);
    }

    /// <summary>A new run with new mappings, on another Community address perhaps.</summary>
    internal async Task<PodResult?> RunAnewAsync(ConsoleDbContext db, Pod pod)
    {
        allocator.Release(pod, pod.Leases);
        pod.PublicAddress = addresses.Next(pod.Cloud, pod.PublicAddress) ?? pod.PublicAddress;
        var numbers = pod.Ports.Where(port => port.Protocol == PortProtocol.Tcp).Select(port => port.Number).ToList();
        if (await allocator.LeaseAsync(db, pod, numbers) is { } problem)
        {
            return new PodResult.Refused(problem);
        }

        Begin(pod);
        return null;
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
