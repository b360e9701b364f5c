namespace PodConsole.Proxy.Http;

/// <summary>How forwarding ended, as far as the caller may still answer.</summary>
internal enum ForwardResult
{
    /// <summary>The pod's answer went to the client, whole or visibly cut.</summary>
    Done,

    /// <summary>Nothing in the pod listens on the port.</summary>
    NobodyListens,

    /// <summary>A process outside the pod listens on the port.</summary>
    HeldByOther,

    /// <summary>The connection was refused, or not answered in time.</summary>
    NoAnswer,

    /// <summary>What came back is not HTTP.</summary>
    NotHttp,

    /// <summary>The port says HTTP/2, and the service does not speak it.</summary>
    NotHttp2,

    /// <summary>The port says HTTPS, and the service does not speak it.</summary>
    NotTls,

    /// <summary>The port says both, and the service does not take them together.</summary>
    NotHttp2OverTls,

    /// <summary>A WebSocket was asked for over HTTP/2, and the service answered otherwise and without an error.</summary>
    NoWebSocket,

    /// <summary>The connection ended before an answer came.</summary>
    Cut,

    /// <summary>The connection ended while the request's body was being sent.</summary>
    BodyNotTaken,

    /// <summary>The request's body is larger than the port allows.</summary>
    BodyTooLarge,

    /// <summary>The request's body came slower than a client may be.</summary>
    BodyTooSlow,

    /// <summary>Nothing was heard for as long as silence is allowed.</summary>
    Silent,

    /// <summary>The port was removed, or the pod moved, and the drain time is over.</summary>
    Withdrawn,

    /// <summary>The client's request was broken or broke off.</summary>
    BadRequest,
}
