using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>The keys that people make for their programs. Everyone has only his own, administrators too.</summary>
public sealed class ApiKeyService(IDbContextFactory<ConsoleDbContext> contexts, AuditTrail audit, KeyUses uses, TimeProvider clock)
{
    /// <summary>Keys of one account.</summary>
    public const int MaxKeys = 50;

    /// <summary>Characters of a name.</summary>
    public const int MaxNameLength = 100;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The caller's keys, the oldest first, those that have expired too.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var keys = await db.ApiKeys.AsNoTracking().Where(key => key.UserId == actor.UserId).OrderBy(key => key.Id).ToListAsync(cancellationToken);
        foreach (var key in keys)
        {
            key.LastUsedAt = uses.FindUnwritten(key.Id) ?? key.LastUsedAt;
        }

        return keys;
    }

    /// <summary>Makes a key.</summary>
    /// <param name="actor">Who asks, and will own it.</param>
    /// <param name="name">For people: one line, up to <see cref="MaxNameLength"/> characters.</param>
    /// <param name="scopes">What it may do; <see cref="ApiScopes.Admin"/> only for administrators.</param>
    /// <param name="expiresAt">When it ends, UTC; null for never.</param>
    /// <param name="cancellationToken">Stops it before the commit.</param>
    public async Task<ApiKeyResult> CreateAsync(
        Actor actor, string name, ApiScopes scopes, DateTime? expiresAt, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.Users.AnyAsync(user => user.Id == actor.UserId, cancellationToken))
        {
            return new ApiKeyResult.NotFound();
        }

        name = name.Trim();
        var errors = Check(actor, name, scopes, expiresAt).ToList();
        if (await db.ApiKeys.CountAsync(key => key.UserId == actor.UserId, cancellationToken) >= MaxKeys)
        {
            errors.Add(new(nameof(ApiKey.Name), $"An account has at most {MaxKeys} API keys. Revoke one first."));
        }

        if (errors.Count > 0)
        {
            return new ApiKeyResult.Invalid(errors);
        }

        var secret = ApiSecret.New();
        var made = new ApiKey
        {
            UserId = actor.UserId,
            Name = name,
            Hint = ApiSecret.HintOf(secret),
            Hash = ApiSecret.HashOf(secret),
            Scopes = scopes,
            CreatedAt = Now,
            ExpiresAt = expiresAt,
        };
        db.ApiKeys.Add(made);
        await audit.RecordAsync(db, actor, AuditActions.ApiKeyCreate, SubjectOf(made), $"{scopes}{(expiresAt is { } end ? $", until {end:u}" : "")}");
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new ApiKeyResult.Made(made, secret);
    }

    /// <summary>
    /// Ends a key: its next request is refused, and an answer that goes on and on, such as a pod's output, ends at its next
    /// heartbeat. The key of the settings can only be changed there.
    /// </summary>
    /// <returns>Whether the caller had it.</returns>
    public async Task<bool> RevokeAsync(Actor actor, int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.ApiKeys.FirstOrDefaultAsync(key => key.Id == id && key.UserId == actor.UserId && !key.FromSettings, cancellationToken) is not { } key)
        {
            return false;
        }

        db.ApiKeys.Remove(key);
        await audit.RecordAsync(db, actor, AuditActions.ApiKeyRevoke, SubjectOf(key));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    private static AuditSubject SubjectOf(ApiKey key) => new(key.UserId, key.Hint, key.Name);

    private IEnumerable<FieldError> Check(Actor actor, string name, ApiScopes scopes, DateTime? expiresAt)
    {
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
        {
            yield return new(nameof(ApiKey.Name), $"A name is one line of 1 to {MaxNameLength} characters.");
        }

        if (scopes == ApiScopes.None || (scopes & ~ApiScopes.All) != 0)
        {
            yield return new(nameof(ApiKey.Scopes), "Choose what the key may do.");
        }
        else if (scopes.HasFlag(ApiScopes.Admin) && !actor.IsAdmin)
        {
            yield return new(nameof(ApiKey.Scopes), "Only administrators can have keys with the scope admin.");
        }

        if (expiresAt <= Now)
        {
            yield return new(nameof(ApiKey.ExpiresAt), "Choose a time to come.");
        }
    }
}
