using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;

namespace PodConsole.Domain.Pods;

/// <summary>The one place that says which pods somebody may see and act on.</summary>
public static class PodAccess
{
    /// <summary>The pods that <paramref name="actor"/> may know of; to them any other does not exist.</summary>
    public static IQueryable<Pod> VisibleTo(this IQueryable<Pod> pods, Actor actor) => pods
        .Where(pod => pod.Intent != PodIntent.Terminate)
        .Where(pod => actor.IsAdmin || pod.OwnerId == actor.UserId || pod.Id == actor.Pod);

    /// <summary>Whether somebody may do this to pods that he may know of: a pod with its own key may only stop itself.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    public static bool Allows(Actor actor, string action) => actor.Pod is null || action == AuditActions.PodStop;
}
