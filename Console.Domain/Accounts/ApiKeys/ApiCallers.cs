using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>Finds out whose key a program has shown. Look-ups are by hash, so their time says nothing about a key.</summary>
public sealed class ApiCallers(IDbContextFactory<ConsoleDbContext> contexts, KeyUses uses, TimeProvider clock)
{
    /// <summary>Who calls; null for a key that is unknown, expired or revoked, or whose account is disabled.</summary>
    public async Task<ApiCaller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!ApiSecret.IsWellFormed(key))
        {
            return null;
        }

        var hash = ApiSecret.HashOf(key);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindAccountAsync(db, hash, cancellationToken) ?? await FindPodAsync(db, hash, cancellationToken);
    }

    private async Task<ApiCaller?> FindAccountAsync(ConsoleDbContext db, string hash, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var found = await db.ApiKeys.AsNoTracking()
            .Where(key => key.Hash == hash && (key.ExpiresAt == null || key.ExpiresAt > now))
            .Where(key => db.Users.Any(user => user.Id == key.UserId && user.DisabledAt == null))
            .Select(key => new
            {
                Key = key,
                Roles = db.UserRoles.Where(item => item.UserId == key.UserId).Join(db.Roles, item => item.RoleId, role => role.Id, (_, role) => role.Name).ToList(),
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }

        var (scopes, role) = Limit(found.Key.Scopes, Roles.Highest(found.Roles));
        uses.Note(found.Key.Id);
        return new()
        {
            KeyId = $"{found.Key.Id}",
            KeyName = found.Key.Name,
            UserId = found.Key.UserId,
            Role = role,
            Scopes = scopes,
            IsUnlimited = found.Key.FromSettings,
        };
    }

    // A pod that is being terminated is gone for its own key too.
    private static async Task<ApiCaller?> FindPodAsync(ConsoleDbContext db, string hash, CancellationToken cancellationToken)
    {
        var ids = await db.Pods
            .Where(pod => pod.KeyHash == hash && pod.Intent != PodIntent.Terminate)
            .Where(pod => db.Users.Any(user => user.Id == pod.OwnerId && user.DisabledAt == null))
            .Select(pod => pod.Id).ToListAsync(cancellationToken);
        return ids is [var id] ? new() { KeyId = $"pod:{id}", PodId = id } : null;
    }

    private static (ApiScopes Scopes, string Role) Limit(ApiScopes scopes, string role) =>
        role != Roles.Admin ? (scopes & ~ApiScopes.Admin, role)
        : scopes.HasFlag(ApiScopes.Admin) ? (scopes, role)
        : (scopes, Roles.TemplateAuthor);
}
