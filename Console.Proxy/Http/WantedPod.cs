using System.Net;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Proxy.Http;

/// <summary>A pod as the gateway must serve it.</summary>
internal sealed record WantedPod
{
    /// <summary>The pod.</summary>
    public required PodId Id { get; init; }

    /// <summary>The account it belongs to.</summary>
    public required string OwnerId { get; init; }

    /// <summary>What it does, as last observed.</summary>
    public required PodStatus Status { get; init; }

    /// <summary>Where the runtime says it is reached; null when it is not, which drains every request.</summary>
    public required IPAddress? Address { get; init; }

    /// <summary>What runs it.</summary>
    public required IPodRuntime Runtime { get; init; }

    /// <summary>Its open HTTP ports, each once.</summary>
    public required IReadOnlyCollection<WantedRoute> Routes { get; init; }
}
