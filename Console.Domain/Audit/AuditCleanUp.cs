using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Audit;

/// <summary>Deletes entries that are older than <see cref="AuditSettings.Retention"/>, at the start and every hour.</summary>
public sealed partial class AuditCleanUp(
    IDbContextFactory<ConsoleDbContext> contexts, IOptions<AuditSettings> settings, TimeProvider clock, ILogger<AuditCleanUp> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes them now.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var oldest = clock.GetUtcNow().UtcDateTime - settings.Value.Retention;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var deleted = await db.AuditEntries.Where(entry => entry.At < oldest).ExecuteDeleteAsync(cancellationToken);
        if (deleted > 0)
        {
            LogDeleted(deleted, oldest);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A full disk or the like: the next hour may be better, and the console must go on.
                LogFailed(exception);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} audit entries from before {Oldest:u} were deleted")]
    private partial void LogDeleted(int count, DateTime oldest);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old audit entries could not be deleted; the next try is in an hour")]
    private partial void LogFailed(Exception exception);
}
