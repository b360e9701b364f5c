using System.Net;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Tcp;

/// <summary>A TCP port that must be open.</summary>
/// <param name="Key">What it is called in its pod.</param>
/// <param name="Bind">Where to listen.</param>
/// <param name="Epoch">The lease's epoch: another epoch is another listener, whose connections have nothing to do with this one's.</param>
/// <param name="Target">Where its connections go; null while the pod is not reachable, and every connection is reset.</param>
internal sealed record WantedPort(PortKey Key, IPEndPoint Bind, long Epoch, IPEndPoint? Target)
{
    /// <summary>Whether the console itself listens on that port, so that it cannot be opened.</summary>
    public bool IsConsoles { get; init; }

    /// <summary>Whether it takes no new connections, while those that are open go on.</summary>
    public bool IsDraining { get; init; }

    /// <summary>What its owner set for it.</summary>
    public PortOptions Options { get; init; } = PortOptions.Default;
}
