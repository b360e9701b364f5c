using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>How many external ports of one public address are in which use.</summary>
/// <param name="Leased">Held by pods.</param>
/// <param name="Quarantined">Released, and not yet for everybody.</param>
/// <param name="Taken">Set aside, because other programs have them, and neither of the two before.</param>
/// <param name="Free">For everybody.</param>
public sealed record PortUse(int Leased, int Quarantined, int Taken, int Free)
{
    /// <summary>Counts them, as committed.</summary>
    /// <param name="db">The database.</param>
    /// <param name="pool">The numbers that can be leased.</param>
    /// <param name="taken">Ports of other programs.</param>
    /// <param name="address">The public address.</param>
    /// <param name="quarantineEnd">Ports that were released after this time, UTC, are in quarantine.</param>
    internal static async Task<PortUse> CountAsync(
        ConsoleDbContext db, PortPool pool, TakenPorts taken, string address, DateTime quarantineEnd)
    {
        var rows = await db.PortLeases.AsNoTracking()
            .Where(lease => lease.Address == address && (lease.PodId != null || lease.ReleasedAt > quarantineEnd))
            .Select(lease => new { lease.Port, IsLeased = lease.PodId != null })
            .ToListAsync();
        var counted = rows.Where(row => pool.Contains(row.Port)).ToList();
        var (leased, aside) = (counted.Count(row => row.IsLeased), taken.List(address).Except(counted.Select(row => row.Port)).Count(pool.Contains));
        return new(leased, counted.Count - leased, aside, Math.Max(0, pool.Ports.Length - counted.Count - aside));
    }

    /// <summary><c>of 10000, 12 are leased, 40 in quarantine and 9948 free</c>.</summary>
    public override string ToString() =>
        $"of {Leased + Quarantined + Taken + Free}, {Leased} are leased, {Quarantined} in quarantine"
        + (Taken > 0 ? $", {Taken} taken by other programs" : "") + $" and {Free} free";
}
