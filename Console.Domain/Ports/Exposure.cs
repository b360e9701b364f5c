using System.Collections.Immutable;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Domain.Ports;

/// <summary>Whether an exposed port serves, as the publisher last saw it.</summary>
public enum PortState
{
    /// <summary>Published, and something in the pod listens.</summary>
    Live,

    /// <summary>Published, or about to be, and waiting for the pod.</summary>
    Waiting,

    /// <summary>It cannot serve until somebody does something; the reason says what.</summary>
    Failed,

    /// <summary>It takes no new connections, until those that are open have ended.</summary>
    Draining,

    /// <summary>It closed itself at the time that its owner set.</summary>
    Closed,
}

/// <summary>The publisher's report on one port. Immutable.</summary>
public sealed record ExposedPort
{
    /// <summary>Protocol and number as asked for.</summary>
    public required PortKey Key { get; init; }

    /// <summary>What runs there, for people; may be empty.</summary>
    public string Label { get; init; } = "";

    /// <summary>The port inside the pod; null for a symmetrical port without a lease.</summary>
    public int? Internal { get; init; }

    /// <summary>The public address and external port of a TCP port that holds a lease.</summary>
    public ExternalAddress? External { get; init; }

    /// <summary>The pod it belongs to.</summary>
    public PodId PodId { get; init; }

    /// <summary>Where HTTP ports are reached; null for a TCP port.</summary>
    public PodSite? Site { get; init; }

    /// <summary>The address of an HTTP port, as people open it. Made when it is asked for: all are kept, and few are looked at.</summary>
    public Uri? Url => Site?.UrlOf(PodId, Key.Number);

    /// <summary>Whether it serves.</summary>
    public required PortState State { get; init; }

    /// <summary>Why it does not serve, and the next step, in a sentence; empty when it is live.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What its owner set for it.</summary>
    public PortOptions Options { get; init; } = PortOptions.Default;

    /// <summary>Who can reach it, in words.</summary>
    public string Access { get; init; } = "";

    /// <summary>What its owner should know though it serves, in a sentence; empty for nothing.</summary>
    public string Warning { get; init; } = "";
}

/// <summary>Where a TCP port is reached from outside.</summary>
/// <param name="Address">Public IP address.</param>
/// <param name="Port">External port.</param>
/// <param name="Epoch">The lease's epoch.</param>
public sealed record ExternalAddress(string Address, int Port, long Epoch)
{
    /// <summary><c>213.173.109.39:13007</c>, with brackets around IPv6.</summary>
    public override string ToString() => Address.Contains(':') ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}

/// <summary>What the outside world sees of one pod: the publisher's report, which every screen shows. Immutable.</summary>
/// <param name="PodId">The pod.</param>
/// <param name="Ports">Every exposed port, HTTP first, in the order they were asked for.</param>
public sealed record Exposure(PodId PodId, ImmutableArray<ExposedPort> Ports)
{
    /// <summary>A pod that exposes nothing.</summary>
    public static Exposure None(PodId podId) => new(podId, []);
}
