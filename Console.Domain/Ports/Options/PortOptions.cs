namespace PodConsole.Domain.Ports.Options;

/// <summary>Who may reach a port without a link or token of its own.</summary>
public enum PortAudience
{
    /// <summary>Anyone who knows the address: the original's rule, and the default.</summary>
    Everyone,

    /// <summary>Everyone with an account on this console.</summary>
    SignedIn,

    /// <summary>The pod's owner alone.</summary>
    Owner,
}

/// <summary>Whether, and how, a pod is told a TCP client's address before the client's first byte.</summary>
public enum ProxyProtocolVersion
{
    /// <summary>It is not told.</summary>
    None,

    /// <summary>By the PROXY protocol's line of text.</summary>
    V1,

    /// <summary>By its binary header.</summary>
    V2,
}

/// <summary>
/// What an owner set for one exposed port besides its number and label. Equal by value, so that a publish which changes
/// nothing is seen as such. Every default is the original's behaviour.
/// </summary>
public sealed record PortOptions
{
    /// <summary>A port nobody set anything for.</summary>
    public static PortOptions Default { get; } = new();

    /// <summary>Who may reach it. HTTP ports only.</summary>
    public PortAudience Audience { get; init; }

    /// <summary>The networks that may reach it, as <see cref="NetworkList"/> writes them; empty for all. Held against everyone, the owner too.</summary>
    public string AllowedNetworks { get; init; } = "";

    /// <summary>The networks that may not, even where <see cref="AllowedNetworks"/> names them.</summary>
    public string DeniedNetworks { get; init; } = "";

    /// <summary>When the port closes itself, UTC; null for never.</summary>
    public DateTime? ClosesAt { get; init; }

    /// <summary>How long it may be silent, 1 s to <c>Gateway:MaxResponseTimeout</c>; null for <c>Gateway:ResponseTimeout</c>. HTTP ports only.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>Whether the gateway pings quiet WebSockets, so that silence does not end them. HTTP ports only.</summary>
    public bool KeepWebSocketsOpen { get; init; }

    /// <summary>Whether the service speaks HTTPS; its certificate is not checked, for the address is the pod's own. HTTP ports only.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether the service is spoken to in HTTP/2, as gRPC needs. HTTP ports only.</summary>
    public bool Http2 { get; init; }

    /// <summary>The largest request body in bytes; null for any size. HTTP ports only.</summary>
    public long? MaxBodyBytes { get; init; }

    /// <summary>Requests that may begin within a second; null for any number. HTTP ports only.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Requests and WebSockets that may run at once; null for any number. HTTP ports only.</summary>
    public int? ConcurrentRequests { get; init; }

    /// <summary><see cref="RequestsPerSecond"/> for each client address.</summary>
    public int? RequestsPerSecondPerClient { get; init; }

    /// <summary><see cref="ConcurrentRequests"/> for each client address.</summary>
    public int? ConcurrentRequestsPerClient { get; init; }

    /// <summary>
    /// How long a connection may be silent both ways, up to <see cref="PortOptionRules.MaxIdleTimeout"/>; zero for any time; null
    /// for <c>Gateway:TcpIdleTimeout</c>. TCP ports only.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Connections that may be open at once; null for any number. TCP ports only.</summary>
    public int? MaxConnections { get; init; }

    /// <summary><see cref="MaxConnections"/> for each client address.</summary>
    public int? MaxConnectionsPerClient { get; init; }

    /// <summary>Whether the pod is told each client's address. TCP ports only.</summary>
    public ProxyProtocolVersion ProxyProtocol { get; init; }

    /// <summary>Whether the port has closed itself.</summary>
    /// <param name="now">The present time, UTC.</param>
    public bool IsClosed(DateTime now) => ClosesAt <= now;
}
