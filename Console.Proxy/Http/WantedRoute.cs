using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Http;

/// <summary>An HTTP port that must be served, as its owner wants it. Equal by value.</summary>
/// <param name="Port">The port inside the pod, 1–65535.</param>
/// <param name="Options">What its owner set for it.</param>
/// <param name="Grants">Its links and tokens that have not ended.</param>
internal sealed record WantedRoute(int Port, PortOptions Options, IReadOnlyList<PortGrant> Grants)
{
    /// <summary>Whether it takes no new requests, while those in flight go on.</summary>
    public bool IsDraining { get; init; }

    /// <summary>A port nobody set anything for.</summary>
    public static WantedRoute Open(int port) => new(port, PortOptions.Default, []);

    public bool Equals(WantedRoute? other) =>
        other is not null && Port == other.Port && IsDraining == other.IsDraining && Options == other.Options && Grants.SequenceEqual(other.Grants);

    public override int GetHashCode() => HashCode.Combine(Port, Options, Grants.Count);
}
