using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Pods;

/// <summary>Reads pods for pages and programs.</summary>
public sealed partial class PodQueries(
    IDbContextFactory<ConsoleDbContext> contexts, IOptions<ConsoleSettings> settings, ILogger<PodQueries> logger)
{
    /// <summary>
    /// The caller's own pods, newest first, with ports and leases. An administrator's list too holds only his own. A pod
    /// whose row is damaged is left out.
    /// </summary>
    public async Task<IReadOnlyList<Pod>> ListOwnAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var own = WithParts(db.Pods.VisibleTo(actor)).Where(pod => pod.OwnerId == actor.UserId);
        try
        {
            return await own.OrderByDescending(pod => pod.CreatedAt).ThenBy(pod => pod.Id).ToListAsync(cancellationToken);
        }
        catch (Exception exception) when (MayBeDamage(exception))
        {
            return await ReadOneByOneAsync(db, own, cancellationToken);
        }
    }

    /// <summary>One pod, with ports and leases; null when there is none that the caller may know of.</summary>
    public async Task<Pod?> FindAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithParts(db.Pods.VisibleTo(actor)).FirstOrDefaultAsync(pod => pod.Id == podId, cancellationToken);
    }

    /// <summary>
    /// The variables that a pod is given when it starts, as people see them: secrets have an empty value. Null when there is no
    /// such pod that the caller may know of.
    /// </summary>
    public async Task<IReadOnlyList<EnvironmentVariable>?> ReadEnvironmentAsync(
        Actor actor, PodId podId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await WithParts(db.Pods.VisibleTo(actor)).FirstOrDefaultAsync(pod => pod.Id == podId, cancellationToken) is not { } pod)
        {
            return null;
        }

        var keys = await db.SshKeys.LinesOf(pod.OwnerId).ToListAsync(cancellationToken);
        return PodEnvironment.Build(pod, SecretBox.Mask(pod.Environment), keys, settings.Value.PublicUrl, apiKey: "");
    }

    // Reading what a column must not hold fails in many ways, which are not all named here. A database that cannot be read is no damage.
    private static bool MayBeDamage(Exception exception) => exception is not (OperationCanceledException or DbException);

    // One damaged row must not hide all the others.
    private async Task<IReadOnlyList<Pod>> ReadOneByOneAsync(ConsoleDbContext db, IQueryable<Pod> own, CancellationToken cancellationToken)
    {
        var pods = new List<Pod>();
        foreach (var podId in await db.ReadPodIdsAsync(_ => { }))
        {
            try
            {
                pods.AddRange(await own.Where(pod => pod.Id == podId).ToListAsync(cancellationToken));
            }
            catch (Exception exception) when (MayBeDamage(exception))
            {
                LogDamaged(exception, podId);
            }
        }

        return [.. pods.OrderByDescending(pod => pod.CreatedAt).ThenBy(pod => pod.Id.Value, StringComparer.Ordinal)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The row of pod {PodId} in the database is damaged; it is left out of lists")]
    private partial void LogDamaged(Exception exception, PodId podId);

    private static IQueryable<Pod> WithParts(IQueryable<Pod> pods) =>
        pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery();
}
