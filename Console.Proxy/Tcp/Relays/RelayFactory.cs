namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>Takes over accepted connections.</summary>
/// <param name="onLoops">Whether the event loops accept and relay them, and not the runtime's sockets.</param>
internal class RelayFactory(bool onLoops)
{
    /// <summary>Whether the event loops accept and relay them, and not the runtime's sockets.</summary>
    public bool OnLoops => onLoops;

    /// <summary>Takes over one.</summary>
    public virtual TcpRelay New(AcceptedClient client, RelayRules rules, TimeProvider clock) =>
        onLoops ? new LoopRelay(client, rules, clock) : new SocketRelay(client, rules, clock);
}
