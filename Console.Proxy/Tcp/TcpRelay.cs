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

    /// <summary>How often a half-closed connection is looked at: nobody reads on its ended side, so no read can fail there.</summary>
    private static readonly TimeSpan ResetCheck = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Socket? _pod;
    private long _lastByte;
    private bool _ended;

    /// <summary>Where the client comes from.</summary>
    public IPAddress? ClientAddress { get; } = (client.RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>Dials the pod and relays until both directions have ended. Throws <see cref="SocketException"/> when the dial fails.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        var pod = await DialAsync(target);
        var up = CopyAsync(client, pod);
        var down = CopyAsync(pod, client);
        await Task.WhenAny(up, down);
        await ReapAsync(pod, Task.WhenAll(up, down));
        End(reset: false);
    }

    /// <summary>Cuts both sides now, with a reset; after a relay that ended by itself it does nothing.</summary>
    public void Dispose() => End(reset: true);

    private async Task<Socket> DialAsync(IPEndPoint target)
    {
        var pod = OpenSocket();
        using var timeout = new CancellationTokenSource(DialTimeout, clock);
        try
        {
            await pod.ConnectAsync(target, timeout.Token);
            Prepare(client);
            Prepare(pod);
            return pod;
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

    // Made only for the dial: when no descriptor is left, the dial fails and the client is reset, not forgotten.
    private Socket OpenSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_lock)
        {
            if (!_ended)
            {
                return _pod = socket;
            }
        }

        socket.Dispose();
        throw new SocketException((int)SocketError.OperationAborted);
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

    private async Task ReapAsync(Socket pod, Task both)
    {
        _lastByte = clock.GetTimestamp();
        while (!both.IsCompleted)
        {
            var left = HalfClosedSilence - clock.GetElapsedTime(_lastByte);
            if (left <= TimeSpan.Zero || HasFailed(client) || HasFailed(pod))
            {
                End(reset: true);
                break;
            }

            using var waiting = new CancellationTokenSource();
            await Task.WhenAny(both, Task.Delay(left < ResetCheck ? left : ResetCheck, clock, waiting.Token));
            await waiting.CancelAsync();
        }

        await both;
    }

    private static bool HasFailed(Socket socket)
    {
        try
        {
            return socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;
        }
        catch (ObjectDisposedException)
        {
            // A direction that failed has ended both.
            return true;
        }
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
        if (_pod is not null)
        {
            Close(_pod, reset);
        }
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
