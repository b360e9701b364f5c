using System.Net;
using System.Net.Sockets;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>Connects to a service in a pod.</summary>
internal static class PodDial
{
    /// <summary>How long a service may take to accept a connection.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>What it means for a connection that the process may have no more sockets, and what to do about it.</summary>
    public const string NoDescriptors = "the console has no file descriptors left. Raise its limit (ulimit -n, LimitNOFILE).";

    /// <summary>Connects a new socket. Throws <see cref="SocketException"/> when that fails, also because the socket was closed meanwhile.</summary>
    public static async Task ConnectAsync(Socket socket, IPEndPoint target, TimeProvider clock)
    {
        using var timeout = new CancellationTokenSource(Timeout, clock);
        try
        {
            await socket.ConnectAsync(target, timeout.Token);
            RelayOptions.Set(socket);
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch (ObjectDisposedException)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }
    }

    /// <summary>Why a dial failed, and what to do about it, for the operator.</summary>
    public static string Explain(SocketError error) => error switch
    {
        SocketError.TimedOut => $"it was not accepted within {Timeout.TotalSeconds:0} s. The service is probably too busy to accept connections: "
            + "look at its log, or restart the pod.",
        SocketError.ConnectionRefused => "it was refused. The service has probably just stopped: look at its log, or restart the pod.",
        SocketError.TooManyOpenSockets => NoDescriptors,
        _ => $"{error}. Look at the pod's log, or restart it.",
    };
}
