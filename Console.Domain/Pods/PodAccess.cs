using PodConsole.Domain.Accounts;

namespace PodConsole.Domain.Pods;

/// <summary>The one place that says whose pods somebody may see and act on.</summary>
public static class PodAccess
{
    /// <summary>The pods that <paramref name="actor"/> may know of; to them any other does not exist.</summary>
    public static IQueryable<Pod> VisibleTo(this IQueryable<Pod> pods, Actor actor) => pods
        .Where(pod => pod.Intent != PodIntent.Terminate)
        .Where(pod => actor.IsAdmin || pod.OwnerId == actor.UserId);
}
