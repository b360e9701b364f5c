using System.Net.Sockets;
using System.Runtime.InteropServices;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>System calls on a connected socket, and what their errors mean. Those that return nothing do nothing to one that has ended.</summary>
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

    /// <summary>Sends what there is room for.</summary>
    /// <param name="socket">The socket, which does not block.</param>
    /// <param name="buffer">What to send.</param>
    /// <param name="flags">Those of send(2).</param>
    /// <param name="error">Why it is not all of it (errno); 0 when it is.</param>
    /// <returns>How much was sent.</returns>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> buffer, int flags, out int error)
    {
        var sent = 0;
        while (sent < buffer.Length)
        {
            var count = (int)Libc.Send(socket, buffer[sent..], buffer.Length - sent, flags);
            error = count >= 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error is not (0 or Libc.Interrupted))
            {
                return sent;
            }

            sent += Math.Max(count, 0);
        }

        error = 0;
        return sent;
    }

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
