using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Domain.Pods;

/// <summary>
/// The only writer of what owners want of their pods. Each call is one transaction and one publish; what happens after the
/// commit is never cancelled, so that a closed tab cannot leave a saved change unpublished.
/// </summary>
public sealed class PodService(
    IDbContextFactory<ConsoleDbContext> contexts,
    PodDeployment deployment,
    PodEditing editing,
    PortOptionEditing portOptions,
    PodLifecycle lifecycle,
    PodDraining draining,
    DrainingPods drainingPods,
    MappingHistory history,
    AuditTrail audit,
    PodSupervisor supervisor,
    IPortPublisher publisher,
    PodFeed feed)
{
    /// <summary>Makes a pod and starts it.</summary>
    public async Task<PodResult> DeployAsync(Actor actor, DeployRequest request, CancellationToken cancellationToken = default)
    {
        if (!PodAccess.Allows(actor, AuditActions.PodDeploy))
        {
            return new PodResult.NotFound();
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await PodDeployment.FindEarlierAsync(db, actor, request) is { } earlier)
        {
            return new PodResult.Saved(earlier, publisher.Find(earlier.Id));
        }

        var (pod, refusal) = await deployment.CreateAsync(db, actor, request);
        if (refusal is not null)
        {
            return refusal;
        }

        await history.RecordAsync(db, pod!, [], MappingCause.Deployed);
        await audit.RecordAsync(db, actor, AuditActions.PodDeploy, SubjectOf(pod!), pod!.TemplateName);
        return await CommitAsync(db, transaction, pod!);
    }

    /// <summary>
    /// Changes a pod. Ports, name and lock are applied live; a change of image, command, environment or disks resets it.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="podId">The pod.</param>
    /// <param name="version">The version the caller saw; null to save over whatever is there.</param>
    /// <param name="edit">The change.</param>
    /// <param name="cancellationToken">Stops it before the commit.</param>
    public Task<PodResult> EditAsync(
        Actor actor, PodId podId, int? version, PodEdit edit, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, version, PodDeed.Edit(edit), (db, pod) => editing.ApplyAsync(db, pod, edit), cancellationToken);

    /// <summary>Sets what one port allows and how it is served; applied live. Null as the version saves over whatever is there.</summary>
    public Task<PodResult> SetPortOptionsAsync(
        Actor actor, PodId podId, int? version, PortKey key, PortOptions options, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            actor, podId, version, new(AuditActions.PortOptions, MappingCause.Edited, _ => $"{key}: {AccessWords.Of(key.Protocol, options, [])}"),
            (_, pod) => Task.FromResult(portOptions.SetOptions(pod, key, options)), cancellationToken);

    /// <summary>Adds a link or token to a port.</summary>
    public Task<PodResult> GrantAsync(
        Actor actor, PodId podId, PortKey key, PortGrant grant, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            actor, podId, null, new(AuditActions.PortGrant, MappingCause.Edited, _ => $"{key}: {grant.Kind} for {grant.Label}"),
            (_, pod) => Task.FromResult(portOptions.Grant(pod, key, grant)), cancellationToken);

    /// <summary>Takes a link or token back; whom it let in is out after the drain time at the latest.</summary>
    public Task<PodResult> RevokeAsync(
        Actor actor, PodId podId, PortKey key, string grantId, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            actor, podId, null,
            new(AuditActions.PortRevoke, MappingCause.Edited, pod => $"{key}: {pod.Ports.Find(port => port.Key == key)?.Grants.FirstOrDefault(grant => grant.Id == grantId)?.Label}"),
            (_, pod) => Task.FromResult(PortOptionEditing.Revoke(pod, key, grantId)), cancellationToken);

    /// <summary>Starts a pod that is stopped, with new TCP mappings and an empty container disk.</summary>
    public Task<PodResult> StartAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, null, new(AuditActions.PodStart, MappingCause.Started), lifecycle.StartAsync, cancellationToken);

    /// <summary>Stops a pod, clears its container disk and releases its TCP mappings.</summary>
    public Task<PodResult> StopAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, null, new(AuditActions.PodStop, MappingCause.Stopped), lifecycle.StopAsync, cancellationToken);

    /// <summary>Restarts a pod; it keeps its disks and mappings.</summary>
    public Task<PodResult> RestartAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, null, new(AuditActions.PodRestart, MappingCause.Started), lifecycle.RestartAsync, cancellationToken);

    /// <summary>Resets a pod: an empty container disk, the volume kept, new TCP mappings.</summary>
    public Task<PodResult> ResetAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, null, new(AuditActions.PodReset, MappingCause.Reset), lifecycle.ResetAsync, cancellationToken);

    /// <summary>
    /// Moves a running pod of Community Cloud to another public address, with new TCP mappings; nothing of it is restarted.
    /// </summary>
    public Task<PodResult> MigrateAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, null, new(AuditActions.PodMigrate, MappingCause.Migrated), lifecycle.MigrateAsync, cancellationToken);

    /// <summary>Removes a pod for good, its volume too. From the commit on it cannot be found any more.</summary>
    public Task<PodResult> TerminateAsync(Actor actor, PodId podId, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, podId, null, new(AuditActions.PodTerminate, MappingCause.Stopped), lifecycle.TerminateAsync, cancellationToken);

    /// <summary>
    /// Has a running pod take no new connections, wait until those that are open have ended, <see cref="PodDrain.Longest"/> at
    /// most, and then do <paramref name="action"/>. Any other action on the pod meanwhile overtakes the wait, and a lock takes
    /// it back. To remove ports this way, save a <see cref="PodEdit"/> with <see cref="PodEdit.DrainsRemoved"/>.
    /// </summary>
    public async Task<PodResult> DrainAsync(Actor actor, PodId podId, DrainAction action, CancellationToken cancellationToken = default)
    {
        if (action == DrainAction.RemovePorts)
        {
            throw new ArgumentOutOfRangeException(nameof(action), action, "Ports are removed by an edit.");
        }

        return await ChangeAsync(
            actor, podId, null, new(AuditActions.PodDrain, MappingCause.Edited, _ => $"{action} when idle"),
            (_, pod) => Task.FromResult(draining.Begin(pod, action, [])), cancellationToken);
    }

    /// <summary>Takes a drain back: the ports take new connections again.</summary>
    public Task<PodResult> CancelDrainAsync(Actor actor, PodId podId, PodDrain drain, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            actor, podId, null, new(AuditActions.PodDrainCancel, MappingCause.Edited),
            (_, pod) => Task.FromResult(PodDraining.Cancel(pod, drain)), cancellationToken);

    /// <summary>Does what a pod waits for at once; connections that are still open are cut.</summary>
    public Task<PodResult> FinishDrainAsync(Actor actor, PodId podId, PodDrain drain, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            actor, podId, null, PodDeed.After(drain, "without waiting any longer"),
            (db, pod) => draining.FinishAsync(db, pod, drain), cancellationToken);

    /// <summary>Does what a pod waited for. When that may not be done any more, the drain is taken back.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="drain">The drain that is over.</param>
    /// <param name="open">How many connections are open still.</param>
    /// <returns>Why it was not done; null when it was, or when the drain is no more.</returns>
    internal async Task<string?> EndDrainAsync(PodId podId, PodDrain drain, int open)
    {
        var why = open == 0 ? "all connections had ended" : $"after {PodDrain.Longest.TotalMinutes:0} minutes, {open} open";
        var result = await ChangeAsync(null, podId, null, PodDeed.After(drain, why), (db, pod) => draining.FinishAsync(db, pod, drain), default);
        var problem = result switch
        {
            PodResult.Refused refused => refused.Message,
            PodResult.WrongStatus wrong => wrong.Message,
            _ => null,
        };
        if (problem is null)
        {
            return null;
        }

        var cancelled = await ChangeAsync(
            null, podId, null, new(AuditActions.PodDrainCancel, MappingCause.Edited, _ => problem),
            (_, pod) => Task.FromResult(PodDraining.Cancel(pod, drain)), default);
        return cancelled is PodResult.Saved ? problem : null;
    }

    // Nobody as the actor is the console itself.
    private async Task<PodResult> ChangeAsync(
        Actor? actor, PodId podId, int? version, PodDeed deed, Func<ConsoleDbContext, Pod, Task<PodResult?>> change,
        CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var visible = actor is null ? db.Pods.Where(pod => pod.Intent != PodIntent.Terminate) : db.Pods.VisibleTo(actor);
        var pod = await visible.Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
            .FirstOrDefaultAsync(pod => pod.Id == podId, cancellationToken);
        if (pod is null || (actor is not null && !PodAccess.Allows(actor, deed.Action)))
        {
            return new PodResult.NotFound();
        }

        if (version is { } seen && seen != pod.Version)
        {
            return new PodResult.Conflict(pod);
        }

        var before = Mapping.Of(pod);
        var (subject, detail) = (SubjectOf(pod), deed.Describe?.Invoke(pod) ?? "");
        if (await change(db, pod) is { } refusal)
        {
            return refusal;
        }

        await history.RecordAsync(db, pod, before, deed.Cause);
        await audit.RecordAsync(db, actor, deed.Action, subject, detail);
        pod.Version++;
        return await CommitAsync(db, transaction, pod);
    }

    private async Task<PodResult> CommitAsync(
        ConsoleDbContext db, IDbContextTransaction transaction, Pod pod)
    {
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        supervisor.Wake(pod.Id);
        Exposure exposure;
        try
        {
            exposure = await publisher.PublishAsync(pod.Id);
        }
        finally
        {
            // Also when that failed: the wait is saved, and ends as it would after a restart of the console.
            if (pod.Drain is not null)
            {
                drainingPods.Add(pod.Id);
            }
        }

        if (HasMoved(pod, exposure))
        {
            db.ChangeTracker.Clear();
            pod = await db.Pods.Include(item => item.Ports).Include(item => item.Leases).AsSplitQuery().FirstAsync(item => item.Id == pod.Id);
        }

        // A new name or lock changes nothing in the report on ports, of which the publisher tells.
        feed.Tick(pod.Id);
        return new PodResult.Saved(pod, exposure);
    }

    private static AuditSubject SubjectOf(Pod pod) => new(pod.OwnerId, pod.Id.Value, pod.Name);

    // A mapping whose external port another program had got another one while it was published.
    private static bool HasMoved(Pod pod, Exposure exposure) =>
        exposure.Ports.Any(port => pod.LeaseOf(port.Key) is { } lease && port.External is { } external && external.Port != lease.Port);
}
