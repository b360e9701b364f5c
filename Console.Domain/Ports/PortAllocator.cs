using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Ports;

/// <summary>
/// Leases external ports, ordinary and symmetrical, all or nothing. The caller holds a write transaction: SQLite lets one
/// writer in at a time, and the unique index on address and port is what makes a double lease impossible.
/// </summary>
public sealed class PortAllocator(IOptions<GatewaySettings> settings, TimeProvider clock)
{
    // One look-up of a few random candidates costs the same in an empty table and in one with 10,000 leases.
    private const int RandomRounds = 6;

    /// <summary>Leases a port for each number; the context is changed, not saved.</summary>
    /// <param name="db">The context of the transaction.</param>
    /// <param name="pod">The pod, with its ports; the leases are added to it.</param>
    /// <param name="numbers">Numbers as asked for: 1–65535, or 70000 and more for symmetrical ones.</param>
    /// <param name="avoid">External ports not to be given: those it had before a reset.</param>
    /// <returns>Null, or why it cannot be done; then the context must be thrown away.</returns>
    public async Task<string?> LeaseAsync(ConsoleDbContext db, Pod pod, IReadOnlyList<int> numbers, IReadOnlySet<int> avoid)
    {
        // A symmetrical port is used inside too, where the pod's other ports already are.
        var inside = pod.Ports.Select(port => port.Number).ToHashSet();
        var chosen = new HashSet<int>();
        foreach (var number in numbers.OrderByDescending(number => number))
        {
            bool Allowed(int port) => !chosen.Contains(port) && !avoid.Contains(port) && !OwnPorts.Contains(port)
                && (number < PortRequest.FirstSymmetrical || !inside.Contains(port));
            var lease = await TakeRandomAsync(db, pod, Allowed) ?? await TakeLeftOverAsync(db, pod, Allowed);
            if (lease is null)
            {
                return await ExplainAsync(db, pod.PublicAddress, numbers.Count);
            }

            (lease.PodId, lease.OwnerId, lease.Number, lease.ReleasedAt) = (pod.Id, pod.OwnerId, number, null);
            lease.Epoch++;
            pod.Leases.Add(lease);
            chosen.Add(lease.Port);
        }

        return null;
    }

    /// <summary>Releases leases into quarantine; the context is changed, not saved.</summary>
    public void Release(Pod pod, IEnumerable<PortLease> leases)
    {
        foreach (var lease in leases.ToList())
        {
            pod.Leases.Remove(lease);
            (lease.PodId, lease.Number, lease.ReleasedAt) = (null, null, clock.GetUtcNow().UtcDateTime);
        }
    }

    private HashSet<int> OwnPorts => [settings.Value.HttpsPort, settings.Value.HttpPort];

    private DateTime QuarantineEnd => clock.GetUtcNow().UtcDateTime - settings.Value.PortQuarantine;

    private async Task<PortLease?> TakeRandomAsync(ConsoleDbContext db, Pod pod, Func<int, bool> allowed)
    {
        var (first, last) = settings.Value.ParseTcpPortRange();
        for (var round = 0; round < RandomRounds; round++)
        {
            int[] candidates = [.. Enumerable.Range(0, 8).Select(_ => RandomNumberGenerator.GetInt32(first, last + 1))
                .Where(allowed).Distinct()];
            var rows = await db.PortLeases.Where(lease => lease.Address == pod.PublicAddress && candidates.Contains(lease.Port))
                .ToDictionaryAsync(lease => lease.Port);
            foreach (var port in candidates)
            {
                if (!rows.TryGetValue(port, out var row))
                {
                    return New(db, pod, port);
                }

                if (row.PodId is null && row.ReleasedAt <= QuarantineEnd)
                {
                    return row;
                }
            }
        }

        return null;
    }

    // Under pressure: any port without a row, then what left quarantine, then the owner's own, oldest first.
    private async Task<PortLease?> TakeLeftOverAsync(ConsoleDbContext db, Pod pod, Func<int, bool> allowed)
    {
        var (first, last) = settings.Value.ParseTcpPortRange();
        var taken = await db.PortLeases.Where(lease => lease.Address == pod.PublicAddress).Select(lease => lease.Port).ToListAsync();
        int[] free = [.. Enumerable.Range(first, last - first + 1).Except(taken).Where(allowed)];
        if (free.Length > 0)
        {
            return New(db, pod, free[RandomNumberGenerator.GetInt32(free.Length)]);
        }

        var released = await db.PortLeases
            .Where(lease => lease.Address == pod.PublicAddress && lease.PodId == null && lease.Port >= first && lease.Port <= last)
            .Where(lease => lease.ReleasedAt <= QuarantineEnd || lease.OwnerId == pod.OwnerId)
            .OrderBy(lease => lease.ReleasedAt)
            .ToListAsync();

        // Rows leased by this very transaction still look released in the database; the context knows better.
        return released.FirstOrDefault(lease => lease.PodId is null && allowed(lease.Port));
    }

    private static PortLease New(ConsoleDbContext db, Pod pod, int port) =>
        db.PortLeases.Add(new() { Address = pod.PublicAddress, Port = port }).Entity;

    private async Task<string> ExplainAsync(ConsoleDbContext db, string address, int wanted)
    {
        var (first, last) = settings.Value.ParseTcpPortRange();
        var leased = await db.PortLeases.CountAsync(lease => lease.Address == address && lease.PodId != null);
        var quarantined = await db.PortLeases.CountAsync(
            lease => lease.Address == address && lease.PodId == null && lease.ReleasedAt > QuarantineEnd);
        return $"There are not enough free external ports on {address} for {wanted} TCP ports: of {last - first + 1}, {leased} are "
            + $"leased and {quarantined} in quarantine. Expose fewer TCP ports, terminate a pod, or widen Gateway:TcpPortRange.";
    }
}
