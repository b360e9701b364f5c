using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Web.Pods.Draining;

namespace PodConsole.Web.Pods;

/// <summary>What is asked before an action that loses something.</summary>
/// <param name="Title">The question.</param>
/// <param name="Button">The text of the button that does it.</param>
/// <param name="Consequences">What will happen and what is lost, a sentence each.</param>
internal sealed record PodWarning(string Title, string Button, IReadOnlyList<string> Consequences)
{
    /// <summary>Whether data is lost.</summary>
    public bool IsDestructive { get; init; } = true;

    /// <summary>Ways to do it, in the order of <see cref="PodTiming"/>; empty when there is only the first.</summary>
    public IReadOnlyList<string> Ways { get; init; } = [];

    /// <summary>The question before an action; null when nothing is lost by it.</summary>
    /// <param name="pod">The pod, with ports and leases.</param>
    /// <param name="action">The action.</param>
    /// <param name="openConnections">Requests and connections that are open on its ports now.</param>
    public static PodWarning? Of(Pod pod, PodAction action, int openConnections)
    {
        PodWarning? warning = action switch
        {
            PodAction.Stop => new($"Stop {pod.Name}?", "Stop", [.. Stop(pod)]),
            PodAction.Restart when openConnections > 0 =>
                new($"Restart {pod.Name}?", "Restart Pod", ["Its program ends and starts again. Nothing on its disks is lost."]) { IsDestructive = false },
            PodAction.Reset => new($"Reset {pod.Name}?", "Reset Pod", [.. Reset(pod)]),
            PodAction.Terminate => new($"Terminate {pod.Name}?", "Terminate Pod", [.. Terminate(pod)]),
            PodAction.Migrate => new($"Migrate {pod.Name}?", "Migrate Pod", [.. Migrate(pod)]) { IsDestructive = false },
            _ => null,
        };
        return warning is null || openConnections == 0 ? warning
            : CanWait(pod) ? warning with { Ways = [$"Now: {Cut(openConnections)}", DrainText.Offer(openConnections)] }
            : warning with { Consequences = [.. warning.Consequences, Cut(openConnections)] };
    }

    private static bool CanWait(Pod pod) => pod is { Intent: PodIntent.Run, Status: PodStatus.Running, Locked: false, Drain: null };

    private static IEnumerable<string> Stop(Pod pod)
    {
        yield return "Everything on the container disk is lost.";
        yield return Volume(pod);
        if (pod.Leases.Count > 0)
        {
            yield return $"It gives up its {Count(pod.Leases.Count, "external TCP port")} and gets new ones when it starts.";
        }
    }

    private static IEnumerable<string> Reset(Pod pod)
    {
        yield return "Everything on the container disk is lost.";
        yield return Volume(pod);
        if (pod.Leases.Count > 0)
        {
            yield return $"Its {Count(pod.Leases.Count, "external TCP port")} {(pod.Leases.Count == 1 ? "gets another number" : "get other numbers")}.";
            if (pod.Cloud == CloudType.Community)
            {
                yield return "Its public address may change.";
            }
        }
    }

    private static IEnumerable<string> Migrate(Pod pod)
    {
        yield return $"Its public address changes from {pod.PublicAddress} to another one of Community Cloud.";
        if (pod.Leases.Count > 0)
        {
            yield return $"Its {Count(pod.Leases.Count, "external TCP port")} {(pod.Leases.Count == 1 ? "gets another number" : "get other numbers")}: "
                + "clients must connect to the new address.";
        }

        if (pod.Leases.Exists(lease => lease.Number >= PortRequest.FirstSymmetrical))
        {
            yield return "Symmetrical ports change inside the pod too: nothing answers on them until its program listens on the new numbers.";
        }

        yield return "Its program runs on, and nothing on its disks is lost. "
            + $"Its variables change at its next restart, the file in ${PodPortsFile.Variable} at once.";
        yield return "HTTP addresses stay the same.";
    }

    private static IEnumerable<string> Terminate(Pod pod)
    {
        yield return pod.VolumeDiskGb > 0
            ? $"Everything is lost for good: the container disk and the volume of {pod.VolumeDiskGb} GB too."
            : "Everything is lost for good, all its files too.";
        yield return "Its id and addresses never come back.";
    }

    private static string Volume(Pod pod) => pod.VolumeDiskGb > 0
        ? $"The volume of {pod.VolumeDiskGb} GB is kept."
        : "It has no volume: none of its files are kept.";

    private static string Cut(int open) => open == 1 ? "1 open connection is cut." : $"{open} open connections are cut.";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
