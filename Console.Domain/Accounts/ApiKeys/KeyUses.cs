using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>
/// Remembers when keys were used, and writes it down once in each <see cref="Interval"/> and when the console stops, so that no
/// request waits for it.
/// </summary>
public sealed partial class KeyUses(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider clock, ILogger<KeyUses> logger) : BackgroundService
{
    /// <summary>How often a key's use is written at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, DateTime> _unwritten = new();

    /// <summary>Notes that a key is used now.</summary>
    internal void Note(int keyId) => _unwritten[keyId] = clock.GetUtcNow().UtcDateTime;

    /// <summary>The use of a key that is not written yet; null for none.</summary>
    internal DateTime? FindUnwritten(int keyId) => _unwritten.TryGetValue(keyId, out var at) ? at : null;

    /// <summary>Writes what is not written yet.</summary>
    internal async Task WriteAsync()
    {
        if (_unwritten.IsEmpty)
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var written = _unwritten.ToArray();
        foreach (var (id, at) in written)
        {
            await db.ApiKeys.Where(key => key.Id == id).ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at));
        }

        await transaction.CommitAsync();
        foreach (var use in written)
        {
            // Only if it was not used again meanwhile.
            _unwritten.TryRemove(use);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryWriteAsync();
        }
    }

    private async Task TryWriteAsync()
    {
        try
        {
            await WriteAsync();
        }
        catch (Exception exception)
        {
            // A full disk or the like: nothing depends on these times, and the next round has them too.
            LogNotWritten(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "When API keys were last used could not be written; it is tried again within a minute")]
    private partial void LogNotWritten(Exception exception);
}
