using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Mappings;

namespace PodConsole.Domain.Ports.Planning;

/// <summary>
/// Says what a deploy or an edit would lease, by doing it without saving: the rules are those of the real thing.
/// </summary>
public sealed class PortPlanner(IDbContextFactory<ConsoleDbContext> contexts, PodLifecycle lifecycle, PodEditing editing)
{
    /// <summary>Makes a plan.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="request">What would be exposed.</param>
    /// <param name="earlier">A plan's proposal of a moment ago, whose numbers are proposed again while they are free.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The plan; null when there is no such pod that the caller may know of, or no address in that cloud.</returns>
    public async Task<PortPlan?> PlanAsync(
        Actor actor, PortPlanRequest request, PortProposal? earlier = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var pod = request.PodId is not { } podId ? new Pod { OwnerId = actor.UserId, Cloud = request.Cloud, Intent = PodIntent.Run }
            : await db.Pods.VisibleTo(actor).Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
                .FirstOrDefaultAsync(pod => pod.Id == podId, cancellationToken);
        if (pod is null)
        {
            return null;
        }

        var before = Mapping.Of(pod);
        var change = EditChange.Between(pod, new() { Ports = request.Ports });
        var isForStart = pod.Intent != PodIntent.Run;
        var obstacle = await AccountLimits.FindObstacleAsync(
            db, pod.OwnerId, pods: request.PodId is null ? 1 : 0, CountTcp(change.Added) - CountTcp(change.Removed));
        PodEditing.ApplyPorts(pod, request.Ports);
        var refusal = request.PodId is null || request.ResetsPod || isForStart
            ? await lifecycle.RunAnewAsync(db, pod, earlier, request.ResetsPod && !isForStart)
            : await editing.LeaseAddedAsync(db, pod, change, earlier);
        if (pod.PublicAddress.Length == 0)
        {
            return null;
        }

        var problem = obstacle ?? (refusal as PodResult.Refused)?.Message;
        var numbers = request.Ports.Where(port => port.Protocol == PortProtocol.Tcp).ToList();
        return new()
        {
            Address = pod.PublicAddress,
            Problem = problem,
            Symmetrical = numbers.Count(port => port.IsSymmetrical),
            Ordinary = numbers.Count(port => !port.IsSymmetrical),
            IsForStart = isForStart,
            Ports = problem is not null ? []
                : [.. Mapping.Of(pod).OrderBy(item => item.Number).Select(item => new PlannedPort(item.Number, item.Port, before.Contains(item)))],
        };
    }

    private static int CountTcp(IReadOnlyList<PortKey> keys) => keys.Count(key => key.Protocol == PortProtocol.Tcp);
}
