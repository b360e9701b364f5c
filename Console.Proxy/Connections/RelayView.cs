using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Connections;

/// <summary>A TCP connection as people see it.</summary>
internal static class RelayView
{
    /// <summary>A connection as it is now.</summary>
    public static LiveConnection Of(TcpRelay relay, PodId podId, PortKey port) => new(
        relay.Id, podId, port, ConnectionKind.Tcp, ClientText.Of(relay.Client?.Address), relay.Client?.Port ?? 0,
        relay.Started, relay.Silence, relay.Up.Bytes, relay.Down.Bytes);

    /// <summary>Why it ended, in the words that all connections share. Null for one that was not let in.</summary>
    public static CloseReason? ReasonOf(RelayEnd end) => end switch
    {
        RelayEnd.ClientClosed or RelayEnd.PodClosed => CloseReason.Finished,
        RelayEnd.ClientReset => CloseReason.Client,
        RelayEnd.PodReset or RelayEnd.NotReached => CloseReason.Pod,
        RelayEnd.IdleTimeout or RelayEnd.HalfClosedTimeout => CloseReason.Timeout,
        RelayEnd.PortRemoved or RelayEnd.NetworkShutOut => CloseReason.PortRemoved,
        RelayEnd.Stopped => CloseReason.Stopped,
        RelayEnd.Killed => CloseReason.Killed,
        _ => null,
    };
}
