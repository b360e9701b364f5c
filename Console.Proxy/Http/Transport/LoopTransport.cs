using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>Gives Kestrel connections on the <see cref="EventLoop"/>s.</summary>
internal sealed class LoopTransport(ListenerSockets sockets) : IConnectionListenerFactory
{
    // As many as the system allows.
    private const int Backlog = 4096;

    // How many bytes a connection takes ahead of what the network lets go. By itself the system keeps megabytes for a client that
    // reads nothing, and a few hundred of those use up the memory that it has for all connections.
    private const int MostUnsent = 128 * 1024;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = sockets.Bind(endpoint);
        if (OperatingSystem.IsLinux())
        {
            // Accepted connections inherit it. Where the system refuses, it keeps as many as it likes.
            Descriptor.LimitUnsent((int)socket.SafeHandle.DangerousGetHandle(), MostUnsent);
        }

        try
        {
            socket.Listen(Backlog);
        }
        catch (SocketException exception) when (endpoint is IPEndPoint ip)
        {
            // Another program was bound there too, and listens first.
            socket.Dispose();
            throw new ListenerException(ip, exception);
        }

        return new(new LoopListener(socket));
    }

    private sealed class LoopListener(Socket socket) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                Socket? accepted = null;
                try
                {
                    accepted = await socket.AcceptAsync(cancellationToken);
                    return new LoopConnection(accepted);
                }
                catch (ObjectDisposedException)
                {
                    return null;
                }
                catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
                {
                    return null;
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    // It was reset before it was accepted, and the next one is a better bet; or the process has no
                    // descriptors left, and trying again at once would only take time from those who might give some back.
                    accepted?.Dispose();
                    await Task.Delay(1, CancellationToken.None);
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            socket.Dispose();
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
