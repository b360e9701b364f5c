using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>
/// Counts failed sign-ins, and locks an address after too many. An address without an account is counted and locked like any
/// other, so that neither answers nor their time tell which ones there are.
/// </summary>
public sealed class SignInGuard(IDbContextFactory<ConsoleDbContext> contexts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The failed try that locks.</summary>
    public const int MaxTries = 10;

    /// <summary>How long a lock holds, and after how long without a try the count begins anew.</summary>
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>How much longer an address is locked; null when it is not.</summary>
    public async Task<TimeSpan?> FindLockAsync(string email)
    {
        var (key, now) = (KeyOf(email), Now);
        await using var db = await contexts.CreateDbContextAsync();
        return await db.SignInTries.Where(tries => tries.Key == key && tries.LockedUntil > now).Select(tries => tries.LockedUntil).FirstOrDefaultAsync() - now;
    }

    /// <summary>Counts a failed try.</summary>
    /// <param name="email">The address that was tried.</param>
    /// <param name="actor">Its account, with the address it was tried from; null when it has none.</param>
    /// <returns>How long the address is locked now; null when it is not.</returns>
    public async Task<TimeSpan?> FailAsync(string email, Actor? actor)
    {
        var (key, now) = (KeyOf(email), Now);
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var old = now - LockTime;
        await db.SignInTries.Where(item => item.LastAt < old && !(item.LockedUntil > now)).ExecuteDeleteAsync();
        var tries = await db.SignInTries.FirstOrDefaultAsync(item => item.Key == key) ?? db.SignInTries.Add(new() { Key = key }).Entity;
        (tries.Count, tries.LastAt) = (tries.Count + 1, now);
        if (tries.Count >= MaxTries)
        {
            (tries.Count, tries.LockedUntil) = (0, now + LockTime);
            if (actor is not null)
            {
                await audit.RecordAsync(db, actor, AuditActions.SignInLocked, new(actor.UserId, actor.UserId, email.Trim()));
            }
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return tries.LockedUntil - now;
    }

    /// <summary>Forgets the failed tries of an address: its owner has signed in, or has a new password.</summary>
    public async Task ClearAsync(string email)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await ClearAsync(db, email);
    }

    /// <summary>The same in the caller's transaction.</summary>
    internal static async Task ClearAsync(ConsoleDbContext db, string email)
    {
        var key = KeyOf(email);
        await db.SignInTries.Where(tries => tries.Key == key).ExecuteDeleteAsync();
    }

    private static string KeyOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())));
}
