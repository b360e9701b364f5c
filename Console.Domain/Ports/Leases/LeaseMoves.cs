using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Mappings;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>
/// Gives a pod another external port for one that cannot be opened, because another program or the console
/// itself listens there. This is not the owner's change: it leaves the pod's version alone.
/// </summary>
public sealed partial class LeaseMoves(
    IDbContextFactory<ConsoleDbContext> contexts, PortAllocator allocator, TakenPorts taken, MappingHistory history, ILogger<LeaseMoves> logger)
{
    /// <summary>Moves those of these leases that the pod still holds, all or none. The caller publishes the pod when some were.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="busy">Ports that could not be opened, each with the epoch of its lease.</param>
    /// <returns>Whether the pod has other leases now.</returns>
    public async Task<bool> MoveAsync(PodId podId, IReadOnlyCollection<(PortKey Key, long Epoch)> busy)
    {
        if (busy.Count == 0)
        {
            return false;
        }

        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var pod = await db.Pods.Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
            .FirstOrDefaultAsync(pod => pod.Id == podId && pod.Intent == PodIntent.Run);
        List<PortLease> leases = [.. busy.Select(item => pod?.LeaseOf(item.Key) is { } lease && lease.Epoch == item.Epoch ? lease : null).OfType<PortLease>()];
        if (pod is null || leases.Count == 0)
        {
            return false;
        }

        var mappings = Mapping.Of(pod);
        var before = leases.ToDictionary(lease => lease.Number!.Value, lease => lease.Port);
        leases.ForEach(lease => taken.Add(lease.Address, lease.Port));
        allocator.Release(pod, leases);
        if (await allocator.LeaseAsync(db, pod, [.. before.Keys]) is { } problem)
        {
            LogNotMoved(podId, problem);
            return false;
        }

        foreach (var lease in pod.Leases.Where(lease => before.ContainsKey(lease.Number!.Value)))
        {
            lease.InsteadOf = before[lease.Number!.Value];
            LogMoved(podId, lease.Number.Value, lease.InsteadOf.Value, lease.Port);
        }

        await history.RecordAsync(db, pod, mappings, MappingCause.Taken);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Pod {PodId}: external port {Before} of TCP port {Number} is taken by another program or the console itself; it is {After} now")]
    private partial void LogMoved(PodId podId, int number, int before, int after);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: an external port is taken by another program or the console itself, and there is no other: {Problem}")]
    private partial void LogNotMoved(PodId podId, string problem);
}
