using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>What a connection keeps from its beginning to its end, however its port's options change.</summary>
/// <param name="IdleTimeout">How long it may be silent both ways; zero for any time.</param>
/// <param name="ProxyProtocol">How the pod is told the client's address.</param>
internal sealed record RelayRules(TimeSpan IdleTimeout, ProxyProtocolVersion ProxyProtocol)
{
    /// <summary>How long the open direction of a half-closed connection may be silent: its sender may be long gone.</summary>
    public static readonly TimeSpan HalfClosedSilence = TimeSpan.FromSeconds(30);

    /// <summary>The rules of connections that begin under these options.</summary>
    public static RelayRules Of(PortOptions options, GatewaySettings settings) =>
        new(options.IdleTimeout ?? settings.TcpIdleTimeout, options.ProxyProtocol);

    /// <summary>How long a connection may be silent now; null for any time.</summary>
    public TimeSpan? Silence(bool isHalfClosed) =>
        IdleTimeout > TimeSpan.Zero && (!isHalfClosed || IdleTimeout < HalfClosedSilence) ? IdleTimeout
            : isHalfClosed ? HalfClosedSilence : null;
}
