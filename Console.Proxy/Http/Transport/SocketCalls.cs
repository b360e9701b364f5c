using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>Calls from outside on a connected socket that others use. They do nothing to one that has ended, or is disposed meanwhile.</summary>
internal static class SocketCalls
{
    /// <summary>Lets go what the system holds back.</summary>
    public static void Push(Socket socket) => Try(socket, static socket => socket.NoDelay = true); // That sends what is there (tcp(7)).

    /// <summary>Ends both directions at once.</summary>
    public static void ShutDown(Socket socket) => Try(socket, static socket => socket.Shutdown(SocketShutdown.Both));

    /// <summary>Ends both directions at once with a reset, without closing the descriptor.</summary>
    public static void Reset(Socket socket) => Try(socket, static socket =>
    {
        // Connecting to no address ends a connection (connect(2)).
        ReadOnlySpan<byte> nowhere = stackalloc byte[16];
        if (Libc.Connect(socket.SafeHandle, nowhere, nowhere.Length) != 0)
        {
            socket.Shutdown(SocketShutdown.Both);
        }
    });

    private static void Try(Socket socket, Action<Socket> call)
    {
        try
        {
            call(socket);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
