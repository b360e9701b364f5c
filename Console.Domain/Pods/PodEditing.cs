using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Pods;

/// <summary>Applies a <see cref="PodEdit"/> to a tracked pod inside the caller's transaction.</summary>
public sealed class PodEditing(
    PortAllocator allocator, PodLifecycle lifecycle, PodDraining draining, SecretBox secrets, IOptions<GatewaySettings> settings)
{
    private static PodResult.Refused NoDrain =>
        new("This edit resets the pod, which cuts its connections. Remove the ports first, then change the rest.");

    internal async Task<PodResult?> ApplyAsync(ConsoleDbContext db, Pod pod, PodEdit edit)
    {
        var errors = PodRules.Check(edit, pod.VolumeDiskGb, settings.Value.MaxTcpPorts);
        if (errors.Count > 0)
        {
            return new PodResult.Invalid(errors);
        }

        var change = EditChange.Between(pod, edit);
        if (pod.Locked && edit.Locked != false && (change.ResetsPod || change.ChangesPorts))
        {
            return new PodResult.Locked();
        }

        if (edit.DrainsRemoved && change.Removed.Count > 0)
        {
            if ((change.ResetsPod ? NoDrain : draining.Begin(pod, DrainAction.RemovePorts, change.Removed)) is { } refusal)
            {
                return refusal;
            }

            // They stay exposed until then, though they take nothing new.
            edit = edit with { Ports = [.. edit.Ports!, .. pod.Ports.Where(port => change.Removed.Contains(port.Key)).Select(port => port.ToRequest())] };
            change = EditChange.Between(pod, edit);
        }

        var tcpPorts = change.Added.Count(key => key.Protocol == PortProtocol.Tcp) - change.Removed.Count(key => key.Protocol == PortProtocol.Tcp);
        if (await AccountLimits.FindObstacleAsync(db, pod.OwnerId, pods: 0, tcpPorts) is { } obstacle)
        {
            return new PodResult.Refused(obstacle);
        }

        pod.Name = edit.Name?.Trim() ?? pod.Name;
        pod.Locked = edit.Locked ?? pod.Locked;

        // Ports that go now are waited for no longer: added again, they would go once more when the wait ends.
        pod.Drain = pod.Locked ? null : pod.Drain?.Without(change.Removed);
        pod.Image = edit.Image?.Trim() ?? pod.Image;
        pod.Command = edit.Command ?? pod.Command;
        pod.ContainerDiskGb = edit.ContainerDiskGb ?? pod.ContainerDiskGb;
        pod.VolumeDiskGb = edit.VolumeDiskGb ?? pod.VolumeDiskGb;
        pod.VolumeMountPath = edit.VolumeMountPath ?? pod.VolumeMountPath;
        if (change.Environment)
        {
            pod.Environment = secrets.Seal(edit.Environment!, pod.Environment);
        }

        ApplyPorts(pod, edit.Ports);
        if (change.ResetsPod && pod.Intent == PodIntent.Run)
        {
            lifecycle.Overtake(pod);
            pod.DiskGeneration++;
            return await lifecycle.RunAnewAsync(db, pod, edit.Proposal, isReset: true);
        }

        return await LeaseAddedAsync(db, pod, change, edit.Proposal);
    }

    /// <summary>Makes a pod expose exactly these ports; null leaves it as it is.</summary>
    internal static void ApplyPorts(Pod pod, IReadOnlyList<PortRequest>? wanted)
    {
        if (wanted is null)
        {
            return;
        }

        var byKey = wanted.ToDictionary(port => port.Key);
        pod.Ports.RemoveAll(port => !byKey.ContainsKey(port.Key));
        foreach (var port in pod.Ports)
        {
            port.Label = byKey[port.Key].Label;
        }

        var present = pod.Ports.Select(port => port.Key).ToHashSet();
        pod.Ports.AddRange(wanted.Where(port => !present.Contains(port.Key)).Select(port => new PodPort
        {
            PodId = pod.Id,
            Protocol = port.Protocol,
            Number = port.Number,
            Label = port.Label,
        }));
    }

    /// <summary>Releases the mappings of removed ports and leases those of added ones, while the pod runs on.</summary>
    internal async Task<PodResult?> LeaseAddedAsync(ConsoleDbContext db, Pod pod, EditChange change, PortProposal? proposal)
    {
        if (pod.Intent != PodIntent.Run)
        {
            return null;
        }

        var removed = change.Removed.Where(key => key.Protocol == PortProtocol.Tcp).Select(key => key.Number).ToHashSet();
        allocator.Release(pod, pod.Leases.Where(lease => removed.Contains(lease.Number ?? 0)));
        if (pod.Leases.Find(lease => lease.Number >= PortRequest.FirstSymmetrical && change.Added.Any(key => key.Number == lease.Port)) is { } inside)
        {
            return new PodResult.Refused(
                $"Symmetrical port {inside.Number} has port {inside.Port} inside the pod too. Expose another port than {inside.Port}, or reset the pod first.");
        }

        var added = change.Added.Where(key => key.Protocol == PortProtocol.Tcp).Select(key => key.Number).ToList();
        return added.Count > 0 && await allocator.LeaseAsync(db, pod, added, proposal) is { } problem
            ? new PodResult.Refused(problem)
            : null;
    }
}
