using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Connections;

/// <summary>Shows and ends connections: an administrator's are all, anyone else's those of their own pods.</summary>
public sealed class ConnectionService(IDbContextFactory<ConsoleDbContext> contexts, IConnectionDirectory directory, AuditTrail audit)
{
    /// <summary>The connections that the caller may see.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="withClosed">Whether those that ended are listed too: there may be very many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ConnectionList> ListAsync(Actor actor, bool withClosed = false, CancellationToken cancellationToken = default)
    {
        var pods = await FindPodsAsync(actor, cancellationToken);
        var ids = pods.Keys.ToHashSet();
        return new(directory.List(ids), withClosed ? directory.ListClosed(ids) : null, pods);
    }

    /// <summary>Ends one connection. False when there is none that the caller may know of.</summary>
    public Task<bool> EndAsync(Actor actor, long id, CancellationToken cancellationToken = default) =>
        EndAnyAsync(actor, connection => connection.Id == id, cancellationToken);

    /// <summary>Ends each of these connections. False when there is none that the caller may know of.</summary>
    public Task<bool> EndManyAsync(Actor actor, IReadOnlySet<long> ids, CancellationToken cancellationToken = default) =>
        EndAnyAsync(actor, connection => ids.Contains(connection.Id), cancellationToken);

    /// <summary>Ends every connection of a pod. False when there is none that the caller may know of.</summary>
    public Task<bool> EndPodAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        EndAnyAsync(actor, connection => connection.PodId == podId, cancellationToken);

    /// <summary>Ends every connection of a client to pods that the caller may know of. False when there is none.</summary>
    public Task<bool> EndClientAsync(Actor actor, string client, CancellationToken cancellationToken = default) =>
        EndAnyAsync(actor, connection => connection.Client == client, cancellationToken);

    private async Task<bool> EndAnyAsync(Actor actor, Func<LiveConnection, bool> isMeant, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var pods = await db.Pods.VisibleTo(actor).Select(pod => new AuditSubject(pod.OwnerId, pod.Id.Value, pod.Name)).ToListAsync(cancellationToken);
        var counts = new Dictionary<PodId, int>();
        var ended = directory.End(pods.Select(pod => PodId.Parse(pod.Id)).ToHashSet(), connection =>
        {
            var meant = isMeant(connection);
            counts[connection.PodId] = counts.GetValueOrDefault(connection.PodId) + (meant ? 1 : 0);
            return meant;
        });

        // What has ended cannot be undone: it is told even when the caller is gone.
        foreach (var pod in pods.Where(pod => counts.GetValueOrDefault(PodId.Parse(pod.Id)) > 0))
        {
            var count = counts[PodId.Parse(pod.Id)];
            await audit.RecordAsync(db, actor, AuditActions.PodDisconnect, pod, count == 1 ? "1 connection" : $"{count} connections");
        }

        await db.SaveChangesAsync(CancellationToken.None);
        return ended > 0;
    }

    private async Task<Dictionary<PodId, ConnectionPod>> FindPodsAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Pods.VisibleTo(actor)
            .Select(pod => new ConnectionPod(pod.Id, pod.Name, db.Users.Where(user => user.Id == pod.OwnerId).Select(user => user.Email).FirstOrDefault() ?? ""))
            .ToDictionaryAsync(pod => pod.Id, cancellationToken);
    }
}

/// <summary>Connections, and the pods they may belong to.</summary>
/// <param name="Open">Those that are open.</param>
/// <param name="Closed">Those that ended last, newest first; null when they were not asked for.</param>
/// <param name="Pods">The pods whose connections the caller may see.</param>
public sealed record ConnectionList(
    IReadOnlyList<LiveConnection> Open, IReadOnlyList<ClosedConnection>? Closed, IReadOnlyDictionary<PodId, ConnectionPod> Pods);

/// <summary>A pod, as lists of connections name it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">Its owner's address; empty when the account is gone.</param>
public sealed record ConnectionPod(PodId Id, string Name, string Owner);
