using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports.Mappings;

/// <summary>The last changes of each pod's TCP mappings. They go with the pod.</summary>
public sealed class MappingHistory(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider clock)
{
    /// <summary>Changes that are kept of one pod.</summary>
    public const int Kept = 50;

    /// <summary>Adds what is different from before, in the caller's transaction; nothing when nothing is.</summary>
    /// <param name="db">The context of the transaction.</param>
    /// <param name="pod">The pod as it will be saved.</param>
    /// <param name="before">Its mappings before the change.</param>
    /// <param name="cause">What changed them.</param>
    internal async Task RecordAsync(ConsoleDbContext db, Pod pod, IReadOnlyList<Mapping> before, MappingCause cause)
    {
        var lines = Mapping.Compare(before, Mapping.Of(pod));
        if (lines.Count == 0)
        {
            return;
        }

        await db.MappingChanges.Where(change => change.PodId == pod.Id).OrderByDescending(change => change.Id).Skip(Kept - 1).ExecuteDeleteAsync();
        db.MappingChanges.Add(new() { PodId = pod.Id, At = clock.GetUtcNow().UtcDateTime, Cause = cause, Text = string.Join('\n', lines) });
    }

    /// <summary>A pod's changes, newest first; empty too for a pod that the caller may not know of.</summary>
    public async Task<IReadOnlyList<MappingChange>> ReadAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.MappingChanges.AsNoTracking()
            .Where(change => change.PodId == podId && db.Pods.VisibleTo(actor).Any(pod => pod.Id == podId))
            .OrderByDescending(change => change.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The id of the newest change of all pods; 0 before the first.</summary>
    public async Task<long> ReadLastIdAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.MappingChanges.MaxAsync(change => (long?)change.Id, cancellationToken) ?? 0;
    }

    /// <summary>What changed of the caller's own pods after a change with this id, oldest first.</summary>
    public async Task<IReadOnlyList<MappingNews>> ReadNewsAsync(Actor actor, long afterId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var own = db.Pods.VisibleTo(actor).Where(pod => pod.OwnerId == actor.UserId);
        var news = await db.MappingChanges.AsNoTracking().Where(change => change.Id > afterId)
            .Join(own, change => change.PodId, pod => pod.Id, (change, pod) => new { change, pod.Name })
            .OrderBy(item => item.change.Id).ToListAsync(cancellationToken);
        return [.. news.Select(item => new MappingNews(item.Name, item.change))];
    }
}
