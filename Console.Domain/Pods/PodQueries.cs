using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Pods;

/// <summary>Reads pods for pages and programs.</summary>
public sealed class PodQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The caller's own pods, newest first, with ports and leases. An administrator's list too holds only his own.</summary>
    public async Task<IReadOnlyList<Pod>> ListOwnAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithParts(db.Pods.VisibleTo(actor)).Where(pod => pod.OwnerId == actor.UserId)
            .OrderByDescending(pod => pod.CreatedAt).ThenBy(pod => pod.Id).ToListAsync(cancellationToken);
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

        var keys = await db.SshKeys.Where(key => key.UserId == pod.OwnerId).Select(key => key.Line).ToListAsync(cancellationToken);
        return PodEnvironment.Build(pod, SecretBox.Mask(pod.Environment), keys);
    }

    private static IQueryable<Pod> WithParts(IQueryable<Pod> pods) =>
        pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery();
}
