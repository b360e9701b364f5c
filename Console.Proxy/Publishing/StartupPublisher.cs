using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Proxy.Publishing;

/// <summary>
/// Publishes every pod before the console listens, then once a minute, as a safety net, those whose rows say something else
/// than what was published. A row that cannot be read hurts nobody else.
/// </summary>
internal sealed partial class StartupPublisher(
    IDbContextFactory<ConsoleDbContext> contexts, PortPublisher publisher, TimeProvider clock, ILogger<StartupPublisher> logger)
    : BackgroundService, IHostedLifecycleService
{
    // Pods that are read at once: a query of its own for each of very many would keep a processor busy.
    private const int Chunk = 500;

    private static readonly TimeSpan SafetyNet = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        publisher.KeepsMappings = true;
        await PublishAllAsync(static (_, ids) => Task.FromResult(ids));
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Gives the pods other external ports for those that other programs took while the console was away.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        publisher.KeepsMappings = false;
        var failed = publisher.Exposures.Where(exposure => exposure.Ports.Any(port => port.State == PortState.Failed));
        foreach (var podId in failed.Select(exposure => exposure.PodId).ToList())
        {
            await PublishAsync(podId, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SafetyNet, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await PublishAllAsync(FindChangedAsync);
        }
    }

    private async Task PublishAllAsync(Func<ConsoleDbContext, PodId[], Task<PodId[]>> choose)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync();
            var ids = await db.ReadPodIdsAsync(LogUnreadableId);
            foreach (var chunk in ids.Chunk(Chunk))
            {
                await Parallel.ForEachAsync(await choose(db, chunk), new ParallelOptions { MaxDegreeOfParallelism = 8 }, PublishAsync);
            }
        }
        catch (Exception exception)
        {
            // A disk that fails now must not take the running routes with it; the next round tries again.
            LogNotRead(exception);
        }
    }

    // Where one row cannot be read, each is published on its own, which says which one it is.
    private async Task<PodId[]> FindChangedAsync(ConsoleDbContext db, PodId[] ids)
    {
        try
        {
            var pods = await db.Pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
                .Where(pod => EF.Parameter(ids).Contains(pod.Id)).ToListAsync();
            return [.. ids.Except(pods.Where(publisher.IsPublished).Select(pod => pod.Id))];
        }
        catch (Exception exception)
        {
            LogOneByOne(exception);
            return ids;
        }
    }

    private async ValueTask PublishAsync(PodId podId, CancellationToken cancellationToken)
    {
        try
        {
            await publisher.PublishAsync(podId);
        }
        catch (Exception exception)
        {
            LogNotPublished(exception, podId);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pods could not be read together, and are published one by one")]
    private partial void LogOneByOne(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId} could not be published; the others are not affected")]
    private partial void LogNotPublished(Exception exception, PodId podId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A pod in the database has the invalid id '{Id}' and is left out")]
    private partial void LogUnreadableId(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The pods could not be read from the database; they are tried again within a minute")]
    private partial void LogNotRead(Exception exception);
}
