using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>
/// Leases external ports, ordinary and symmetrical, all or nothing. The caller holds a write transaction: SQLite lets one
/// writer in at a time, and the unique index on address and port is what makes a double lease impossible.
/// </summary>
public sealed class PortAllocator(PortPool pool, TakenPorts taken, IOptions<GatewaySettings> settings, TimeProvider clock)
{
    // One look-up of a few random candidates costs the same in an empty table and in one with 10,000 leases.
    private const int RandomRounds = 6;
    private const int CandidatesPerRound = 8;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    // Released before this, a port may go to anybody.
    private DateTime QuarantineEnd => Now - settings.Value.PortQuarantine;

    // Released before this, a port may go back to its last owner when nothing else is left.
    private DateTime FloorEnd => Now - settings.Value.EffectiveQuarantineFloor;

    /// <summary>Leases a port for each number; the context is changed, not saved. When it fails nothing is changed.</summary>
    /// <param name="db">The context of the transaction.</param>
    /// <param name="pod">
    /// The pod, with its ports; the leases are added to it. A number that one of its ports gave up last is given again only when
    /// no other is left. One that was released in this very transaction then goes back to the port that had it.
    /// </param>
    /// <param name="numbers">Numbers as asked for: 1–65535, or 70000 and more for symmetrical ones.</param>
    /// <param name="proposal">External ports to be taken first, where they may go to anybody.</param>
    /// <param name="isReset">Whether the numbers that its ports gave up last are never given again: a reset must change them.</param>
    /// <returns>Null, or why it cannot be done.</returns>
    public async Task<string?> LeaseAsync(
        ConsoleDbContext db, Pod pod, IReadOnlyList<int> numbers, PortProposal? proposal = null, bool isReset = false)
    {
        var given = new List<(PortLease Lease, string OwnerId, DateTime? ReleasedAt)>();
        // A symmetrical port is used inside too, where the pod's other ports already are.
        var inside = pod.Ports.Select(port => port.Number).ToHashSet();
        var last = pod.Ports.Select(port => port.LastExternalPort).OfType<int>().ToHashSet();
        foreach (var number in numbers.OrderByDescending(number => number))
        {
            bool Possible(int port) => !given.Exists(item => item.Lease.Port == port) && (number < PortRequest.FirstSymmetrical || !inside.Contains(port));
            bool Other(int port) => !last.Contains(port) && Possible(port);
            var lease = await TakeProposedAsync(db, pod, number, proposal, Other) ?? await TakeRandomAsync(db, pod, Other) ?? await TakeLeftOverAsync(db, pod, Other)
                ?? (isReset ? null : await TakeLeftOverAsync(db, pod, Possible) ?? await TakeBackOwnAsync(db, pod, number, Possible));
            if (lease is null)
            {
                given.ForEach(item => Undo(db, pod, item.Lease, item.OwnerId, item.ReleasedAt));
                return await ExplainAsync(db, pod.PublicAddress, numbers.Count, isReset ? last.Count(pool.Contains) : 0);
            }

            given.Add((lease, lease.OwnerId, lease.ReleasedAt));
            (lease.PodId, lease.OwnerId, lease.Number, lease.ReleasedAt, lease.InsteadOf) = (pod.Id, pod.OwnerId, number, null, null);
            lease.Epoch++;
            pod.Leases.Add(lease);
        }

        return null;
    }

    /// <summary>Releases leases into quarantine, and notes their numbers at the pod's ports; the context is changed, not saved.</summary>
    public void Release(Pod pod, IEnumerable<PortLease> leases)
    {
        foreach (var lease in leases.ToList())
        {
            if (pod.Ports.Find(port => port.Protocol == PortProtocol.Tcp && port.Number == lease.Number) is { } port)
            {
                port.LastExternalPort = lease.Port;
            }

            pod.Leases.Remove(lease);
            (lease.PodId, lease.Number, lease.ReleasedAt, lease.InsteadOf) = (null, null, Now, null);
        }
    }

    private static void Undo(ConsoleDbContext db, Pod pod, PortLease lease, string ownerId, DateTime? releasedAt)
    {
        pod.Leases.Remove(lease);
        if (db.Entry(lease).State == EntityState.Added)
        {
            db.Entry(lease).State = EntityState.Detached;
            return;
        }

        (lease.PodId, lease.OwnerId, lease.Number, lease.ReleasedAt) = (null, ownerId, null, releasedAt);
        lease.Epoch--;
    }

    private async Task<PortLease?> TakeProposedAsync(
        ConsoleDbContext db, Pod pod, int number, PortProposal? proposal, Func<int, bool> allowed) =>
        proposal?.Address == pod.PublicAddress && proposal.Ports.TryGetValue(number, out var port) && pool.Contains(port) && allowed(port)
            ? await TakeFreeAsync(db, pod, [port])
            : null;

    private async Task<PortLease?> TakeRandomAsync(ConsoleDbContext db, Pod pod, Func<int, bool> allowed)
    {
        for (var round = 0; round < RandomRounds && !pool.Ports.IsEmpty; round++)
        {
            int[] candidates = [.. Enumerable.Range(0, CandidatesPerRound).Select(_ => pool.Pick()).Where(allowed).Distinct()];
            if (await TakeFreeAsync(db, pod, candidates) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    // The first of these that may go to anybody.
    private async Task<PortLease?> TakeFreeAsync(ConsoleDbContext db, Pod pod, int[] candidates)
    {
        var rows = await db.PortLeases.Where(lease => lease.Address == pod.PublicAddress && candidates.Contains(lease.Port))
            .ToDictionaryAsync(lease => lease.Port);
        foreach (var port in candidates)
        {
            var row = rows.GetValueOrDefault(port);
            if ((row is null || (row.PodId is null && row.ReleasedAt <= QuarantineEnd)) && !taken.IsTaken(pod.PublicAddress, port))
            {
                return row ?? New(db, pod, port);
            }
        }

        return null;
    }

    // Under pressure: any port without a row, then what left quarantine, then the owner's own above the floor, oldest first.
    private async Task<PortLease?> TakeLeftOverAsync(ConsoleDbContext db, Pod pod, Func<int, bool> allowed)
    {
        bool Usable(int port) => allowed(port) && !taken.IsTaken(pod.PublicAddress, port);
        var known = await db.PortLeases.Where(lease => lease.Address == pod.PublicAddress).Select(lease => lease.Port).ToListAsync();
        int[] free = [.. pool.Ports.Except(known)];
        RandomNumberGenerator.Shuffle<int>(free);
        if (free.Where(Usable).Cast<int?>().FirstOrDefault() is { } port)
        {
            return New(db, pod, port);
        }

        var (quarantineEnd, floorEnd) = (QuarantineEnd, FloorEnd);
        var released = await db.PortLeases
            .Where(lease => lease.Address == pod.PublicAddress && lease.PodId == null)
            .Where(lease => lease.ReleasedAt <= quarantineEnd || (lease.OwnerId == pod.OwnerId && lease.ReleasedAt <= floorEnd))
            .OrderBy(lease => lease.ReleasedAt)
            .ToListAsync();

        // Rows leased by this very transaction still look released in the database; the context knows better.
        return released.FirstOrDefault(lease => lease.PodId is null && pool.Contains(lease.Port) && Usable(lease.Port));
    }

    // In the database, what this very transaction released is still the pod's: nobody else can have had it, so it needs no
    // quarantine. Whether the port is in use says nothing: the console itself may listen there for the pod.
    private async Task<PortLease?> TakeBackOwnAsync(ConsoleDbContext db, Pod pod, int number, Func<int, bool> allowed) =>
        await db.PortLeases.FirstOrDefaultAsync(lease => lease.Address == pod.PublicAddress && lease.PodId == pod.Id && lease.Number == number)
            is { PodId: null } lease && pool.Contains(lease.Port) && allowed(lease.Port) && !taken.List(lease.Address).Contains(lease.Port)
            ? lease
            : null;

    private static PortLease New(ConsoleDbContext db, Pod pod, int port) =>
        db.PortLeases.Add(new() { Address = pod.PublicAddress, Port = port }).Entity;

    private async Task<string> ExplainAsync(ConsoleDbContext db, string address, int wanted, int keptBack)
    {
        var use = await PortUse.CountAsync(db, pool, taken, address, QuarantineEnd);
        return $"There are not enough free external ports on {address} for {wanted} TCP {(wanted == 1 ? "port" : "ports")}: {use}. "
            + (keptBack > 0 ? $"A reset changes every number, so the pod's last {keptBack} are kept back. " : "")
            + (pool.Notice is { } notice ? $"{notice} " : "") + "Expose fewer TCP ports, terminate a pod, or widen Gateway:TcpPortRange.";
    }
}
