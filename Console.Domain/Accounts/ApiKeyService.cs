using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>Checks the keys of programs, of which only hashes are stored.</summary>
public sealed class ApiKeyService(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider clock)
{
    /// <summary>How every key starts.</summary>
    public const string Prefix = "ppk_";

    /// <summary>Characters that must follow the prefix.</summary>
    public const int MinSecretLength = 32;

    /// <summary>Whether a text has the form of a key.</summary>
    public static bool IsWellFormed(string? key) =>
        key is not null && key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length >= Prefix.Length + MinSecretLength
            && key.Length <= 200 && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');

    /// <summary>Whose key this is; null for an unknown one. The look-up is by hash, so its time says nothing about the key.</summary>
    public async Task<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!IsWellFormed(key))
        {
            return null;
        }

        var hash = HashOf(key);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(item => item.Hash == hash, cancellationToken);
    }

    /// <summary>Makes the key of the settings this account's only one from there; another value replaces the old key.</summary>
    public async Task SetFromSettingsAsync(string userId, string key, CancellationToken cancellationToken)
    {
        var hash = HashOf(key);
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
                FromSettings = true,
                CreatedAt = clock.GetUtcNow().UtcDateTime,
            });
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>Removes the key of the settings: it is no longer in them.</summary>
    public async Task RemoveFromSettingsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.ApiKeys.Where(item => item.FromSettings).ExecuteDeleteAsync(cancellationToken);
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
