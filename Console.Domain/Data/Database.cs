using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;

namespace PodConsole.Domain.Data;

/// <summary>Brings the database file into shape at start, and fills it.</summary>
public sealed class Database(IDbContextFactory<ConsoleDbContext> contexts, DataPaths paths, TimeProvider clock)
{
    private static readonly TimeSpan MigrationTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Migrates: all that what is saved needs to be served. Throws <see cref="TimeoutException"/> with the way out when a left-over lock stands in the way.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MigrationTimeout);
        try
        {
            // To take the lock and compare the models for nothing is half a second of each start.
            if ((await db.Database.GetPendingMigrationsAsync(limit.Token)).Any())
            {
                await db.Database.MigrateAsync(limit.Token);
            }

            // The file remembers it; a copy that VACUUM INTO made does not have it.
            await db.Database.ExecuteSqlAsync($"PRAGMA journal_mode=WAL", limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The database {paths.Database} could not be migrated within {MigrationTimeout.TotalMinutes:0} minutes. If no other "
                + "console uses it, an earlier start left its lock behind: delete the row of the table __EFMigrationsLock and start again.");
        }
    }

    /// <summary>Writes the roles and the catalogue. The caller has prepared the database.</summary>
    public async Task SeedAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await Roles.SeedAsync(db, cancellationToken);
        await Catalogue.SeedAsync(db, clock.GetUtcNow().UtcDateTime, cancellationToken);
    }
}
