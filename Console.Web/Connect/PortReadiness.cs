using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Web.Connect;

/// <summary>How ready a port is, in the original's words.</summary>
public enum Readiness
{
    /// <summary>It serves.</summary>
    Ready,

    /// <summary>The pod just started: the service may only need time.</summary>
    Initializing,

    /// <summary>It does not serve, and time alone will hardly help.</summary>
    NotReady,

    /// <summary>It takes nothing new, as its owner asked.</summary>
    Draining,

    /// <summary>It closed itself, as its owner asked.</summary>
    Closed,
}

/// <summary>Turns the publisher's report on a port into a word for people.</summary>
internal static class PortReadiness
{
    /// <summary>After its start, how long a service is taken to be on its way.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(60);

    /// <summary>The readiness of a port.</summary>
    /// <param name="port">The report.</param>
    /// <param name="pod">Its pod.</param>
    /// <param name="now">The present time, UTC.</param>
    public static Readiness Of(ExposedPort port, Pod pod, DateTime now) => port.State switch
    {
        PortState.Live => Readiness.Ready,
        PortState.Draining => Readiness.Draining,
        PortState.Closed => Readiness.Closed,
        PortState.Waiting when pod.Intent == PodIntent.Run && IsWarmingUp(pod, now) => Readiness.Initializing,
        _ => Readiness.NotReady,
    };

    /// <summary>When a pod's ports stop counting as initializing; null when they do not.</summary>
    public static DateTime? WarmUpEnd(Pod pod) => pod.Status == PodStatus.Running ? pod.StartedAt + WarmUp : null;

    private static bool IsWarmingUp(Pod pod, DateTime now) =>
        pod.Status is PodStatus.Provisioning or PodStatus.Starting || WarmUpEnd(pod) > now;
}
