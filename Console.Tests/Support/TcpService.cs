using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace PodConsole.Tests.Support;

/// <summary>A TCP service on loopback whose connections the test takes one by one.</summary>
internal sealed class TcpService : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Channel<Socket> _accepted = Channel.CreateUnbounded<Socket>();
    private readonly List<Socket> _taken = [];
    private int _count;

    public TcpService(int port = 0)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections so far.</summary>
    public int Count => _count;

    /// <summary>The next connection.</summary>
    public async Task<Socket> AcceptNextAsync()
    {
        var socket = await _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        lock (_taken)
        {
            _taken.Add(socket);
        }

        return socket;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _taken.ForEach(socket => socket.Dispose());
        while (_accepted.Reader.TryRead(out var socket))
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                Interlocked.Increment(ref _count);
                _accepted.Writer.TryWrite(socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _accepted.Writer.Complete();
        }
    }
}

/// <summary>Texts and ends on sockets.</summary>
internal static class SocketTexts
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task SendTextAsync(this Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancelled);

    /// <summary>Reads this many characters.</summary>
    public static async Task<string> ReadTextAsync(this Socket socket, int length)
    {
        var buffer = new byte[length];
        for (var read = 0; read < length;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(read), Cancelled);
            if (got == 0)
            {
                return Encoding.ASCII.GetString(buffer, 0, read);
            }

            read += got;
        }

        return Encoding.ASCII.GetString(buffer);
    }

    /// <summary>How the other side ends: <c>end</c>, or <c>reset</c>.</summary>
    public static async Task<string> ReadEndAsync(this Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancelled).AsTask().WaitAsync(Eventually.Deadline, Cancelled) > 0)
            {
            }

            return "end";
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    /// <summary>Whether both ends of a relayed connection still speak to each other.</summary>
    public static async Task AssertAliveAsync(this Socket client, Socket service)
    {
        await client.SendTextAsync("ping");
        Assert.Equal("ping", await service.ReadTextAsync(4));
        await service.SendTextAsync("pong");
        Assert.Equal("pong", await client.ReadTextAsync(4));
    }
}
