using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports;

/// <summary>Makes the outside world match the database, one pod at a time. Implemented by the data plane.</summary>
public interface IPortPublisher
{
    /// <summary>
    /// Reads the committed state of a pod and makes the gateway and the TCP listeners match it; running it twice changes
    /// nothing. Ticks <see cref="PodFeed"/> after the swap when the report changed. A pod that no longer exists is withdrawn.
    /// </summary>
    /// <param name="podId">The pod.</param>
    /// <returns>The report on its ports; a port that could not be opened is a state in it, not an exception.</returns>
    Task<Exposure> PublishAsync(PodId podId);

    /// <summary>The last report on a pod; <see cref="Exposure.None"/> when it was never published. Takes no lock.</summary>
    Exposure Find(PodId podId);

    /// <summary>Requests in flight and connections open on a port now.</summary>
    int CountConnections(PodId podId, PortKey key);
}
