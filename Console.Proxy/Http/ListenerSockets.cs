using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PodConsole.Proxy.Http;

/// <summary>Binds the sockets that the gateway's listeners listen on, and chooses their port where the settings leave it open.</summary>
internal sealed class ListenerSockets : IDisposable
{
    // They listen from the choice on, until their listener asks for them: while nobody listens, others may bind the same port.
    private readonly ConcurrentDictionary<EndPoint, Socket> _chosen = new();

    /// <summary>Whether this machine has an IPv6 loopback.</summary>
    public static bool HasIPv6Loopback()
    {
        using var socket = TryListen(IPAddress.IPv6Loopback, 0);
        return socket is not null;
    }

    /// <summary>
    /// Chooses a free port of both loopbacks, 1–65535, and holds it: both families share one number, so that localhost means the
    /// same port whichever a program tries first.
    /// </summary>
    public int ChooseForBoth()
    {
        while (true)
        {
            var four = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, 0));
            four.Listen();
            var port = ((IPEndPoint)four.LocalEndPoint!).Port;
            if (TryListen(IPAddress.IPv6Loopback, port) is { } six)
            {
                _chosen[four.LocalEndPoint!] = four;
                _chosen[six.LocalEndPoint!] = six;
                return port;
            }

            four.Dispose();
        }
    }

    /// <summary>The socket of a listener, bound, maybe listening already. Throws <see cref="ListenerException"/> with words for the operator when it cannot.</summary>
    public Socket Bind(EndPoint endpoint)
    {
        if (_chosen.TryRemove(endpoint, out var chosen))
        {
            return chosen;
        }

        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException exception) when (endpoint is IPEndPoint ip)
        {
            throw new ListenerException(ip, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _chosen.Values)
        {
            socket.Dispose();
        }
    }

    private static Socket? TryListen(IPAddress address, int port)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(address, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null;
        }
    }
}
