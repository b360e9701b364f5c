using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>The key of the settings. It has every scope.</summary>
public sealed class SettingsKey(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider clock)
{
    /// <summary>Makes the key of the settings this account's only one from there; another value replaces the old key.</summary>
    public async Task SetAsync(string userId, string key, CancellationToken cancellationToken)
    {
        var hash = ApiSecret.HashOf(key);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.ApiKeys.Where(item => item.FromSettings && (item.Hash != hash || item.UserId != userId)).ExecuteDeleteAsync(cancellationToken);
        if (!await db.ApiKeys.AnyAsync(item => item.Hash == hash, cancellationToken))
        {
            db.ApiKeys.Add(new()
            {
                UserId = userId,
                Name = "Console:AdminApiKey",
                Hash = hash,
                Scopes = ApiScopes.All,
                FromSettings = true,
                CreatedAt = clock.GetUtcNow().UtcDateTime,
            });
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>Removes the key of the settings: it is no longer in them.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.ApiKeys.Where(item => item.FromSettings).ExecuteDeleteAsync(cancellationToken);
    }
}
