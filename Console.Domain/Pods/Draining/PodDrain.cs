using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods.Draining;

/// <summary>What is done to a pod once its connections have ended.</summary>
public enum DrainAction
{
    /// <summary>It is stopped.</summary>
    Stop,

    /// <summary>It is restarted.</summary>
    Restart,

    /// <summary>It is reset.</summary>
    Reset,

    /// <summary>It moves to another public address; only its TCP ports wait.</summary>
    Migrate,

    /// <summary>It is removed for good.</summary>
    Terminate,

    /// <summary>Some of its ports are exposed no more; only those wait.</summary>
    RemovePorts,
}

/// <summary>
/// A pod's wait until its connections have ended, as saved with the pod. Meanwhile the ports that it covers take no new ones.
/// </summary>
/// <param name="Action">What is done then.</param>
/// <param name="Until">When it is done however many are open, UTC.</param>
/// <param name="Ports">The ports to remove; empty for any other action.</param>
public sealed record PodDrain(DrainAction Action, DateTime Until, IReadOnlyList<PortKey> Ports)
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Whether a port of the pod takes no new connections.</summary>
    public bool Covers(PortKey key) => Action switch
    {
        DrainAction.RemovePorts => Ports.Contains(key),
        DrainAction.Migrate => key.Protocol == PortProtocol.Tcp,
        _ => true,
    };

    /// <summary>The same wait after some ports went by themselves; null when there is nothing left to remove.</summary>
    /// <param name="gone">The ports that are exposed no more.</param>
    public PodDrain? Without(IReadOnlyList<PortKey> gone)
    {
        PortKey[] left = [.. Ports.Except(gone)];
        return left.Length == Ports.Count ? this : left.Length > 0 ? this with { Ports = left } : null;
    }

    /// <summary>Whether another is this one: a pod has one at a time.</summary>
    public bool IsSame(PodDrain? other) => other is not null && (other.Action, other.Until) == (Action, Until);

    /// <summary>How many requests and connections are waited for now.</summary>
    /// <param name="pod">The pod, with its ports.</param>
    /// <param name="publisher">Knows what is open.</param>
    public int CountOpen(Pod pod, IPortPublisher publisher) =>
        pod.Ports.Where(port => Covers(port.Key)).Sum(port => publisher.CountConnections(pod.Id, port.Key));
}
