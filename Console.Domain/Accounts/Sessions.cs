using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>
/// The sign-ins of browsers. Each request and each open page asks whether its own still holds, so that one that was ended is
/// over at once.
/// </summary>
public sealed class Sessions(
    IDbContextFactory<ConsoleDbContext> contexts, AuditTrail audit, VisitorDirectory visitors, TimeProvider clock)
{
    /// <summary>A session that was not used for so long is over.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(14);

    /// <summary>How exactly <see cref="UserSession.SeenAt"/> is kept.</summary>
    public static readonly TimeSpan SeenInterval = TimeSpan.FromMinutes(5);

    private const int MaxUserAgentLength = 300;

    private readonly ConcurrentDictionary<string, (string UserId, DateTime SeenAt)> _live = new();

    /// <summary>Raised with the id of a session that ended.</summary>
    public event Action<string>? Ended;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Begins a session.</summary>
    /// <param name="actor">Who signed in.</param>
    /// <param name="userAgent">What the browser calls itself.</param>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(Actor actor, string userAgent)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var session = new UserSession
        {
            Id = RandomNumberGenerator.GetHexString(32, lowercase: true),
            UserId = actor.UserId,
            CreatedAt = Now,
            SeenAt = Now,
            Source = actor.Source,
            UserAgent = userAgent.Length <= MaxUserAgentLength ? userAgent : userAgent[..MaxUserAgentLength],
        };
        var oldest = Now - Life;
        await db.UserSessions.Where(item => item.SeenAt < oldest).ExecuteDeleteAsync();
        db.UserSessions.Add(session);
        await RecordAsync(db, actor, AuditActions.SignIn);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return session.Id;
    }

    /// <summary>Whether a session still holds; marks it as used.</summary>
    public async ValueTask<bool> IsLiveAsync(string id)
    {
        if (_live.TryGetValue(id, out var known) && Now - known.SeenAt < SeenInterval)
        {
            return true;
        }

        await using var db = await contexts.CreateDbContextAsync();
        var oldest = Now - Life;
        var userId = await db.UserSessions.Where(session => session.Id == id && session.SeenAt >= oldest)
            .Join(db.Users.Where(user => user.DisabledAt == null), session => session.UserId, user => user.Id, (_, user) => user.Id)
            .FirstOrDefaultAsync();
        if (userId is null)
        {
            _live.TryRemove(id, out _);
            return false;
        }

        // It counts as live only once its row was written: whoever ended it meanwhile has deleted the row.
        _live[id] = (userId, Now);
        if (await db.UserSessions.Where(session => session.Id == id).ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenAt, Now)) == 1)
        {
            return true;
        }

        _live.TryRemove(id, out _);
        return false;
    }

    /// <summary>The caller's own sessions, the last used first.</summary>
    public async Task<IReadOnlyList<UserSession>> ListOwnAsync(Actor actor)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var oldest = Now - Life;
        return await db.UserSessions.AsNoTracking().Where(session => session.UserId == actor.UserId && session.SeenAt >= oldest)
            .OrderByDescending(session => session.SeenAt).ToListAsync();
    }

    /// <summary>Ends one of the caller's sessions, and what it opened in pods.</summary>
    public async Task EndAsync(Actor actor, string id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await db.UserSessions.Where(session => session.Id == id && session.UserId == actor.UserId).ExecuteDeleteAsync() == 1)
        {
            await RecordAsync(db, actor, AuditActions.SignOut);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            await TellEndedAsync(actor.UserId, [id]);
        }
    }

    /// <summary>Ends all of the caller's sessions.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="except">A session that goes on; null for none.</param>
    public async Task EndAllAsync(Actor actor, string? except)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var ended = await DeleteAsync(db, actor.UserId, except);
        await RecordAsync(db, actor, AuditActions.SignOutEverywhere);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await TellEndedAsync(actor.UserId, ended);
    }

    /// <summary>Deletes an account's sessions in the caller's transaction; the caller tells of it after the commit.</summary>
    /// <returns>Their ids.</returns>
    internal static async Task<IReadOnlyList<string>> DeleteAsync(ConsoleDbContext db, string userId, string? except)
    {
        var own = db.UserSessions.Where(session => session.UserId == userId && session.Id != except);
        var ids = await own.Select(session => session.Id).ToListAsync();
        await own.ExecuteDeleteAsync();
        return ids;
    }

    /// <summary>Makes the end of sessions felt: open pages and visits of pods close.</summary>
    internal async Task TellEndedAsync(string userId, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            _live.TryRemove(id, out _);
        }

        await visitors.SignOutAsync(userId);
        foreach (var id in ids)
        {
            Ended?.Invoke(id);
        }
    }

    private async Task RecordAsync(ConsoleDbContext db, Actor actor, string action)
    {
        var email = await db.Users.Where(user => user.Id == actor.UserId).Select(user => user.Email).FirstOrDefaultAsync();
        await audit.RecordAsync(db, actor, action, new(actor.UserId, actor.UserId, email ?? ""));
    }
}
