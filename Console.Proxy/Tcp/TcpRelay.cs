using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace PodConsole.Proxy.Tcp;

/// <summary>
/// One client's connection and the pod's, bytes passed on untouched both ways. An end in one direction is passed on as such
/// and the other direction goes on; a reset on one side resets the other.
/// </summary>
internal sealed class TcpRelay(Socket client, TimeProvider clock) : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long the open direction of a half-closed connection may be silent: its client may be long gone.</summary>
    private static readonly TimeSpan HalfClosedSilence = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Socket _pod = new(SocketType.Stream, ProtocolType.Tcp);
    private long _lastByte;
    private bool _ended;

    /// <summary>Dials the pod and relays until both directions have ended. Throws <see cref="SocketException"/> when the dial fails.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        await DialAsync(target);
        Prepare(client);
        Prepare(_pod);
        var up = CopyAsync(client, _pod);
        var down = CopyAsync(_pod, client);
        await Task.WhenAny(up, down);
        await ReapAsync(Task.WhenAll(up, down));
        End(reset: false);
    }

    /// <summary>Cuts both sides now, with a reset; after a relay that ended by itself it does nothing.</summary>
    public void Dispose() => End(reset: true);

    private async Task DialAsync(IPEndPoint target)
    {
        using var timeout = new CancellationTokenSource(DialTimeout, clock);
        try
        {
            await _pod.ConnectAsync(target, timeout.Token);
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

    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    private async Task CopyAsync(Socket source, Socket destination)
    {
        try
        {
            while (await CopyOnceAsync(source, destination))
            {
                _lastByte = clock.GetTimestamp();
            }

            destination.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            End(reset: true);
        }
        catch (ObjectDisposedException)
        {
            // The other direction has ended both.
        }
    }

    private static async Task<bool> CopyOnceAsync(Socket source, Socket destination)
    {
        // Waits without a buffer: a connection that is idle holds none.
        await source.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var received = await source.ReceiveAsync(buffer, SocketFlags.None);
            for (var sent = 0; sent < received;)
            {
                sent += await destination.SendAsync(buffer.AsMemory(sent, received - sent), SocketFlags.None);
            }

            return received > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReapAsync(Task both)
    {
        _lastByte = clock.GetTimestamp();
        while (!both.IsCompleted)
        {
            var left = HalfClosedSilence - clock.GetElapsedTime(_lastByte);
            if (left <= TimeSpan.Zero)
            {
                End(reset: true);
                break;
            }

            using var waiting = new CancellationTokenSource();
            await Task.WhenAny(both, Task.Delay(left, clock, waiting.Token));
            await waiting.CancelAsync();
        }

        await both;
    }

    private void End(bool reset)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        Close(client, reset);
        Close(_pod, reset);
    }

    private static void Close(Socket socket, bool reset)
    {
        if (reset)
        {
            try
            {
                // Closing with this sends RST instead of FIN.
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (SocketException)
            {
                // A socket that the other side has reset takes no options any more, and needs none.
            }
        }

        socket.Dispose();
    }
}
