using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>A relay on the runtime's sockets: for every system.</summary>
internal sealed class SocketRelay : TcpRelay
{
    // One for each direction that is held back: what a reader who has stopped can make the gateway hold.
    private const int BufferSize = 32 * 1024;

    private readonly Socket _client;
    private Socket? _pod;
    private RelayFlow? _endedFirst;

    /// <summary>Takes over an accepted connection.</summary>
    public SocketRelay(AcceptedClient client, RelayRules rules, TimeProvider clock)
        : base(client, rules, clock)
    {
        _client = client.Socket!;
        var now = clock.GetTimestamp();
        (Up, Down) = (new(now), new(now));
    }

    /// <inheritdoc/>
    public override RelayFlow Up { get; }

    /// <inheritdoc/>
    public override RelayFlow Down { get; }

    /// <inheritdoc/>
    public override async Task RunAsync(IPEndPoint target, Action reached)
    {
        var pod = OpenSocket();
        await PodDial.ConnectAsync(pod, target, Clock);
        RelayOptions.Set(_client);
        reached();
        if (!await AnnounceAsync(pod))
        {
            return;
        }

        var up = CopyAsync(Up, _client, pod, RelayEnd.ClientReset, RelayEnd.PodReset);
        var down = CopyAsync(Down, pod, _client, RelayEnd.PodReset, RelayEnd.ClientReset);
        await Task.WhenAll(up, down);
        End(_endedFirst == Up ? RelayEnd.ClientClosed : RelayEnd.PodClosed, reset: false);
    }

    /// <inheritdoc/>
    protected override int CountUnconfirmed() => !EventLoop.IsSupported ? 0
        : Libc.CountUnconfirmed(_client.SafeHandle) + (_pod is { } pod ? Libc.CountUnconfirmed(pod.SafeHandle) : 0);

    /// <inheritdoc/>
    protected override RelayEnd? FindUnseenEnd() =>
        Up.IsUnread && HasFailed(_client) ? RelayEnd.ClientReset
        : Down.IsUnread && HasFailed(_pod!) ? RelayEnd.PodReset
        : null;

    /// <inheritdoc/>
    protected override void Close(bool reset)
    {
        Close(_client, reset);
        if (_pod is not null)
        {
            Close(_pod, reset);
        }
    }

    // Made only for the dial: when no descriptor is left, the dial fails and the client is reset, not forgotten.
    private Socket OpenSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (Gate)
        {
            if (Ended is null)
            {
                return _pod = socket;
            }
        }

        socket.Dispose();
        throw new SocketException((int)SocketError.OperationAborted);
    }

    private async Task<bool> AnnounceAsync(Socket pod)
    {
        try
        {
            if (Announcement() is { } header)
            {
                await SendAsync(pod, header);
                return true;
            }

            End(RelayEnd.ClientReset);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            End(RelayEnd.PodReset);
        }

        return false;
    }

    private async Task CopyAsync(RelayFlow flow, Socket source, Socket destination, RelayEnd sourceGone, RelayEnd destinationGone)
    {
        try
        {
            while (await CopyOnceAsync(flow, source, destination))
            {
            }

            // Before the other side can see it, and end in turn.
            Interlocked.CompareExchange(ref _endedFirst, flow, null);
            flow.IsHeldBack = true;
            destination.Shutdown(SocketShutdown.Send);
            flow.End(Clock.GetTimestamp());
        }
        catch (SocketException)
        {
            End(flow.IsHeldBack ? destinationGone : sourceGone);
        }
        catch (ObjectDisposedException)
        {
            // The other direction has ended both.
        }
    }

    private async Task<bool> CopyOnceAsync(RelayFlow flow, Socket source, Socket destination)
    {
        // Waits without a buffer: a connection that is idle holds none.
        await source.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var received = await source.ReceiveAsync(buffer, SocketFlags.None);
            if (received == 0)
            {
                return false;
            }

            flow.IsHeldBack = true;
            await SendAsync(destination, buffer.AsMemory(0, received));
            flow.IsHeldBack = false;
            flow.Count(received, Clock.GetTimestamp());
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask SendAsync(Socket destination, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await destination.SendAsync(bytes, SocketFlags.None)..];
        }
    }

    private static bool HasFailed(Socket socket)
    {
        try
        {
            return socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return true;
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
