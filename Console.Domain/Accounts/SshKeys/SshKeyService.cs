using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts.SshKeys;

/// <summary>
/// Reads and writes the SSH public keys of accounts. Everyone has only his own, administrators too. A pod is given its owner's
/// keys when it starts: a change reaches a running pod at its next restart.
/// </summary>
public sealed class SshKeyService(IDbContextFactory<ConsoleDbContext> contexts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Keys of one account: all of them fit into one environment variable.</summary>
    public const int MaxKeys = 32;

    /// <summary>Characters of a name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The caller's keys, the oldest first.</summary>
    public async Task<IReadOnlyList<SshKey>> ListAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await OwnAsync(db, actor, cancellationToken);
    }

    /// <summary>Adds a key.</summary>
    /// <param name="actor">Who asks, and will own it.</param>
    /// <param name="line">The key as in a <c>.pub</c> file.</param>
    /// <param name="name">For people; null or empty takes the line's comment, or the type when it has none.</param>
    /// <param name="cancellationToken">Stops it before the commit.</param>
    public async Task<SshKeyResult> AddAsync(Actor actor, string line, string? name, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var own = await OwnAsync(db, actor, cancellationToken);
        var errors = new List<SshKeyError>();
        var key = SshPublicKey.Parse(line, out var problem);
        if (key is null)
        {
            errors.Add(new(nameof(SshKey.Line), 0, problem));
        }
        else if (own.Find(item => item.Fingerprint == key.Fingerprint) is { } same)
        {
            errors.Add(new(nameof(SshKey.Line), 0, $"You already have this key, as {same.Name}."));
        }
        else if (own.Count >= MaxKeys)
        {
            errors.Add(new("", 0, TooMany));
        }

        var chosen = name?.Trim() ?? "";
        if (chosen.Length > MaxNameLength || chosen.Any(char.IsControl))
        {
            errors.Add(new(nameof(SshKey.Name), 0, $"A name is one line of at most {MaxNameLength} characters."));
        }

        if (errors.Count > 0)
        {
            return new SshKeyResult.Invalid(errors);
        }

        own.Add(NewKey(actor, key!, chosen));
        db.SshKeys.Add(own[^1]);
        await audit.RecordAsync(db, actor, AuditActions.SshKeyAdd, new(actor.UserId, own[^1].Fingerprint, own[^1].Name));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new SshKeyResult.Saved(own);
    }

    /// <summary>Removes a key.</summary>
    public async Task<SshKeyResult> RemoveAsync(Actor actor, int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var own = await OwnAsync(db, actor, cancellationToken);
        if (own.Find(key => key.Id == id) is not { } removed)
        {
            return new SshKeyResult.NotFound();
        }

        own.Remove(removed);
        db.SshKeys.Remove(removed);
        await audit.RecordAsync(db, actor, AuditActions.SshKeyRemove, new(actor.UserId, removed.Fingerprint, removed.Name));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new SshKeyResult.Saved(own);
    }

    /// <summary>Makes these the caller's keys. A key that stays keeps its name and place; one that is listed twice counts once.</summary>
    public async Task<SshKeyResult> ReplaceAsync(Actor actor, IReadOnlyList<string> lines, CancellationToken cancellationToken = default)
    {
        var errors = new List<SshKeyError>();
        var wanted = new Dictionary<string, SshPublicKey>();
        foreach (var (index, line) in lines.Index())
        {
            if (SshPublicKey.Parse(line, out var problem) is { } key)
            {
                wanted.TryAdd(key.Fingerprint, key);
            }
            else
            {
                errors.Add(new(nameof(SshKey.Line), index, problem));
            }
        }

        if (wanted.Count > MaxKeys)
        {
            errors.Add(new("", 0, TooMany));
        }

        return errors.Count > 0 ? new SshKeyResult.Invalid(errors) : await ReplaceAsync(actor, wanted, cancellationToken);
    }

    private static string TooMany => $"An account has at most {MaxKeys} SSH keys.";

    private static Task<List<SshKey>> OwnAsync(ConsoleDbContext db, Actor actor, CancellationToken cancellationToken) =>
        db.SshKeys.Where(key => key.UserId == actor.UserId).OrderBy(key => key.Id).ToListAsync(cancellationToken);

    private async Task<SshKeyResult> ReplaceAsync(Actor actor, Dictionary<string, SshPublicKey> wanted, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var own = await OwnAsync(db, actor, cancellationToken);
        db.SshKeys.RemoveRange(own.Where(key => !wanted.ContainsKey(key.Fingerprint)));
        foreach (var (fingerprint, key) in wanted)
        {
            if (own.Find(item => item.Fingerprint == fingerprint) is { } kept)
            {
                kept.Line = key.Line;
            }
            else
            {
                db.SshKeys.Add(NewKey(actor, key, ""));
            }
        }

        await audit.RecordAsync(db, actor, AuditActions.SshKeyReplace, new(actor.UserId, "", ""), $"{wanted.Count}");
        await db.SaveChangesAsync(CancellationToken.None);
        var now = await OwnAsync(db, actor, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new SshKeyResult.Saved(now);
    }

    private SshKey NewKey(Actor actor, SshPublicKey key, string name)
    {
        var proposed = key.Comment.Length > 0 ? key.Comment : key.Type;
        return new()
        {
            UserId = actor.UserId,
            Name = name.Length > 0 ? name : proposed[..Math.Min(proposed.Length, MaxNameLength)],
            Line = key.Line,
            Fingerprint = key.Fingerprint,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
    }
}
