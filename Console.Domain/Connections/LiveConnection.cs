using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Connections;

/// <summary>A connection through the gateway as it was at one moment.</summary>
/// <param name="Id">Names it until the console stops; never used again before that.</param>
/// <param name="PodId">The pod.</param>
/// <param name="Port">The pod's port.</param>
/// <param name="Kind">What it speaks.</param>
/// <param name="Client">The client's address; empty when it is unknown.</param>
/// <param name="ClientPort">The client's port, 1–65535; 0 when it is unknown.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="Idle">How long no byte went either way.</param>
/// <param name="BytesUp">Bytes to the pod, without headers.</param>
/// <param name="BytesDown">Bytes from the pod, without headers.</param>
public sealed record LiveConnection(
    long Id,
    PodId PodId,
    PortKey Port,
    ConnectionKind Kind,
    string Client,
    int ClientPort,
    DateTime StartedAt,
    TimeSpan Idle,
    long BytesUp,
    long BytesDown);

/// <summary>A connection that has ended.</summary>
/// <param name="Connection">As it was at its end.</param>
/// <param name="EndedAt">When, UTC.</param>
/// <param name="Reason">Why.</param>
public sealed record ClosedConnection(LiveConnection Connection, DateTime EndedAt, CloseReason Reason);

/// <summary>What a connection speaks.</summary>
public enum ConnectionKind
{
    /// <summary>A request over HTTP/1.1.</summary>
    Http1,

    /// <summary>A request over HTTP/2.</summary>
    Http2,

    /// <summary>A WebSocket, over either.</summary>
    WebSocket,

    /// <summary>A connection to a TCP port.</summary>
    Tcp,
}

/// <summary>Why a connection ended.</summary>
public enum CloseReason
{
    /// <summary>All was said.</summary>
    Finished,

    /// <summary>The client ended it, or is gone.</summary>
    Client,

    /// <summary>The pod ended it, failed, or was not to be reached.</summary>
    Pod,

    /// <summary>It was silent for as long as its port allows.</summary>
    Timeout,

    /// <summary>Its port was removed or restricted, or the pod stopped or moved.</summary>
    PortRemoved,

    /// <summary>A person ended it.</summary>
    Killed,

    /// <summary>The console stopped.</summary>
    Stopped,
}
