using System.Collections.Immutable;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Proxy.Http;

/// <summary>What the gateway knows of one pod: an immutable entry of the <see cref="RouteTable"/>, replaced as a whole.</summary>
internal sealed class PodRoutes(WantedPod pod, ImmutableArray<HttpRoute> routes)
{
    /// <summary>The pod.</summary>
    public PodId PodId { get; } = pod.Id;

    /// <summary>The account it belongs to.</summary>
    public string OwnerId { get; } = pod.OwnerId;

    /// <summary>What it does, as last observed.</summary>
    public PodStatus Status { get; } = pod.Status;

    /// <summary>What runs it.</summary>
    public IPodRuntime Runtime { get; } = pod.Runtime;

    /// <summary>Its exposed HTTP ports.</summary>
    public ImmutableArray<HttpRoute> Routes { get; } = routes;

    /// <summary>The route of a port; null when the pod does not expose it.</summary>
    public HttpRoute? Find(int port)
    {
        foreach (var route in Routes)
        {
            if (route.Port == port)
            {
                return route;
            }
        }

        return null;
    }
}
