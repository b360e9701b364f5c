using System.Collections.Immutable;
using System.Net;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Proxy.Publishing;

/// <summary>
/// What is saved of a pod, as far as its ports go. It is kept for as long as the pod is published, and there may be very many:
/// so it holds nothing else. Equal by value.
/// </summary>
internal sealed record CommittedPod
{
    /// <summary>The pod.</summary>
    public required PodId Id { get; init; }

    /// <summary>The account it belongs to.</summary>
    public required string OwnerId { get; init; }

    /// <summary>What its owner wants.</summary>
    public required PodIntent Intent { get; init; }

    /// <summary>What was last observed.</summary>
    public required PodStatus Status { get; init; }

    /// <summary>What runs it.</summary>
    public required IPodRuntime Runtime { get; init; }

    /// <summary>Where it is reached; null when it is not.</summary>
    public required IPAddress? Address { get; init; }

    /// <summary>Its ports, HTTP first, in the order they were asked for.</summary>
    public required ImmutableArray<CommittedPort> Ports { get; init; }

    /// <summary>What matters of a row.</summary>
    /// <param name="pod">The pod, with ports and leases.</param>
    /// <param name="runtime">What runs it.</param>
    public static CommittedPod Of(Pod pod, IPodRuntime runtime) => new()
    {
        Id = pod.Id,
        OwnerId = pod.OwnerId,
        Intent = pod.Intent,
        Status = pod.Status,
        Runtime = runtime,
        Address = AddressOf(pod, runtime),
        Ports = [.. pod.Ports.OrderBy(port => port.Protocol).ThenBy(port => port.Id).Select(port => CommittedPort.Of(pod, port))],
    };

    public bool Equals(CommittedPod? other) =>
        other is not null && Id == other.Id && OwnerId == other.OwnerId && Intent == other.Intent && Status == other.Status
        && Runtime == other.Runtime && Equals(Address, other.Address) && Ports.SequenceEqual(other.Ports);

    public override int GetHashCode() => Id.GetHashCode();

    // A row that was tampered with must not turn the gateway into a way to the rest of the network. An IPv4 address in the
    // form of IPv6 is the same address, but would look like another one to whoever asks who holds it.
    private static IPAddress? AddressOf(Pod pod, IPodRuntime runtime) =>
        pod.Status == PodStatus.Running && IPAddress.TryParse(pod.RuntimeAddress, out var address)
            && (runtime.Capabilities.Addresses is not { } allowed || allowed.Contains(address))
            ? NetworkList.Plain(address)
            : null;
}

/// <summary>What is saved of one port. Equal by value.</summary>
/// <param name="Key">Protocol and number as asked for.</param>
/// <param name="Label">What runs there, for people; may be empty.</param>
/// <param name="Options">What its owner set for it.</param>
/// <param name="Grants">Its links and tokens.</param>
/// <param name="External">The public address and external port that it holds; null for none.</param>
/// <param name="MovedFrom">The external port that it had before another program took that; null as a rule.</param>
internal sealed record CommittedPort(
    PortKey Key, string Label, PortOptions Options, IReadOnlyList<PortGrant> Grants, ExternalAddress? External, int? MovedFrom)
{
    /// <summary>Whether it takes nothing new, while what is open goes on.</summary>
    public bool IsDraining { get; init; }

    /// <summary>The port inside the pod; null for a symmetrical port without a lease.</summary>
    public int? Internal => Key.Number >= PortRequest.FirstSymmetrical ? External?.Port : Key.Number;

    /// <summary>What matters of a row.</summary>
    public static CommittedPort Of(Pod pod, PodPort port)
    {
        var lease = pod.LeaseOf(port.Key);
        var external = lease is null ? null : new ExternalAddress(lease.Address, lease.Port, lease.Epoch);
        return new(port.Key, port.Label, port.Options, port.Grants, external, lease?.InsteadOf) { IsDraining = IsDrained(pod, port.Key) };
    }

    public bool Equals(CommittedPort? other) =>
        other is not null && Key == other.Key && Label == other.Label && Options == other.Options && Grants.SequenceEqual(other.Grants)
        && External == other.External && MovedFrom == other.MovedFrom && IsDraining == other.IsDraining;

    public override int GetHashCode() => Key.GetHashCode();

    // A pod that was told to stop is as good as gone, though it may answer for some seconds more.
    private static bool IsDrained(Pod pod, PortKey key) => pod.Intent != PodIntent.Run || pod.Drain?.Covers(key) == true;
}
