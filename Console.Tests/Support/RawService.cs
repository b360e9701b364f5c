using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PodConsole.Tests.Support;

/// <summary>A service on loopback that speaks whatever bytes the test says, for faults that no real server offers.</summary>
internal sealed class RawService : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private RawService(Func<RawConnection, Task> handler)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(handler);
    }

    public int Port { get; }

    /// <summary>Starts a service that runs the handler on each connection, and closes it when the handler returns.</summary>
    public static RawService Start(Func<RawConnection, Task> handler) => new(handler);

    /// <summary>Stops listening; connections that are open live on.</summary>
    public void StopListening() => _listener.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<RawConnection, Task> handler)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token), handler));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket, Func<RawConnection, Task> handler)
    {
        using (socket)
        {
            try
            {
                await handler(new RawConnection(socket, _stop.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The test is over, or the gateway hung up first.
            }
        }
    }
}

/// <summary>One connection of a <see cref="RawService"/>.</summary>
internal sealed class RawConnection(Socket socket, CancellationToken stop)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _unread = "";

    /// <summary>Reads one request head, up to and without its empty line; null when the other side is done.</summary>
    public async Task<string?> ReadHeadAsync()
    {
        int end;
        while ((end = _unread.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            var read = await socket.ReceiveAsync(_buffer, stop);
            if (read == 0)
            {
                return null;
            }

            _unread += Encoding.Latin1.GetString(_buffer, 0, read);
        }

        var head = _unread[..end];
        _unread = _unread[(end + 4)..];
        return head;
    }

    /// <summary>Reads whatever comes next; null when the other side is done.</summary>
    public async Task<string?> ReadAsync()
    {
        var read = await socket.ReceiveAsync(_buffer, stop);
        return read == 0 ? null : Encoding.Latin1.GetString(_buffer, 0, read);
    }

    /// <summary>Sends text as it is.</summary>
    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), stop);

    /// <summary>Reads and discards until the other side is done.</summary>
    public async Task DrainAsync()
    {
        while (await socket.ReceiveAsync(_buffer, stop) > 0)
        {
        }
    }

    /// <summary>Ends its side, and reads what still comes: to close with something unread would be a reset.</summary>
    public Task FinishAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        return DrainAsync();
    }

    /// <summary>Does nothing until the test is over.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, stop);

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset() => socket.Close(0);
}
