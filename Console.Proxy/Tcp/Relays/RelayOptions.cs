using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>What the system is asked for on both sockets of a connection.</summary>
internal static class RelayOptions
{
    /// <summary>
    /// Lets small messages go at once, and finds out when the other machine is gone. On a listening socket it is for those that
    /// it accepts. Throws <see cref="SocketException"/> when the system refuses.
    /// </summary>
    public static void Set(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAlivePace.Idle);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAlivePace.Interval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAlivePace.Checks);
    }
}
