using System.Net;
using System.Net.Sockets;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>A connection that was just accepted.</summary>
/// <param name="Address">Where it comes from; null when it was gone too soon to tell.</param>
/// <param name="Socket">The runtime's socket; null when an event loop has accepted it.</param>
/// <param name="Descriptor">Its descriptor, which belongs to nobody yet; -1 when the runtime has accepted it.</param>
internal readonly record struct AcceptedClient(IPEndPoint? Address, Socket? Socket, int Descriptor)
{
    /// <summary>What the runtime has accepted.</summary>
    public static AcceptedClient Of(Socket socket) => new(socket.RemoteEndPoint as IPEndPoint, socket, Descriptor: -1);

    /// <summary>Where it was accepted; null when it was gone too soon to tell.</summary>
    public IPEndPoint? FindServer() => Socket is null ? EventLoops.Descriptor.LocalEndPoint(Descriptor) : Socket.LocalEndPoint as IPEndPoint;
}
