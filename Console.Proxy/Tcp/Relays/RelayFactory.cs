using System.Net.Sockets;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>Takes over an accepted connection.</summary>
internal delegate TcpRelay RelayFactory(Socket client, RelayRules rules, TimeProvider clock);
