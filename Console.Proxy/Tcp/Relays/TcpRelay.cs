using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.ProxyProtocol;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>
/// One client's connection and the pod's, bytes passed on untouched both ways. An end in one direction is passed on as such
/// and the other direction goes on; a reset on one side resets the other.
/// </summary>
internal sealed class TcpRelay
{
    // One for each direction that is held back: what a reader who has stopped can make the gateway hold.
    private const int BufferSize = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly Socket _client;
    private readonly RelayRules _rules;
    private readonly TimeProvider _clock;
    private Socket? _pod;
    private RelayFlow? _endedFirst;
    private UnsentBytes _unsent;

    /// <summary>Takes over an accepted connection.</summary>
    public TcpRelay(Socket client, RelayRules rules, TimeProvider clock)
    {
        (_client, _rules, _clock) = (client, rules, clock);
        Client = client.RemoteEndPoint as IPEndPoint;
        Started = clock.GetUtcNow().UtcDateTime;
        var now = clock.GetTimestamp();
        (Up, Down) = (new(now), new(now));
    }

    /// <summary>Names it.</summary>
    public long Id { get; } = ConnectionIds.Next();

    /// <summary>Where the client comes from; null when it was gone too soon to tell.</summary>
    public IPEndPoint? Client { get; }

    /// <summary>When it was accepted, UTC.</summary>
    public DateTime Started { get; }

    /// <summary>From the client to the pod.</summary>
    public RelayFlow Up { get; }

    /// <summary>From the pod to the client.</summary>
    public RelayFlow Down { get; }

    /// <summary>How long nothing was passed on, either way.</summary>
    public TimeSpan Silence => _clock.GetElapsedTime(LastActivity);

    /// <summary>Why it ended; null while it is open.</summary>
    public RelayEnd? Ended { get; private set; }

    private long LastActivity => Math.Max(Math.Max(Up.LastActivity, Down.LastActivity), _unsent.LastProgress);

    /// <summary>Connects to the pod. Throws <see cref="SocketException"/> when that fails.</summary>
    public async Task DialAsync(IPEndPoint target)
    {
        await PodDial.ConnectAsync(OpenSocket(), target, _clock);
        PodDial.Prepare(_client);
    }

    /// <summary>Passes bytes on until both directions have ended.</summary>
    public async Task RunAsync()
    {
        var pod = _pod!;
        if (!await AnnounceAsync(pod))
        {
            return;
        }

        var up = CopyAsync(Up, _client, pod, RelayEnd.ClientReset, RelayEnd.PodReset);
        var down = CopyAsync(Down, pod, _client, RelayEnd.PodReset, RelayEnd.ClientReset);
        await Task.WhenAll(up, down);
        End(_endedFirst == Up ? RelayEnd.ClientClosed : RelayEnd.PodClosed, reset: false);
    }

    /// <summary>Cuts both sides now, with a reset; it does nothing to a relay that has ended.</summary>
    public void End(RelayEnd reason) => End(reason, reset: true);

    /// <summary>
    /// Why it must end now, if it must: it was silent for too long, or a side has gone that nobody reads from. Called twice a
    /// second, by one caller at a time.
    /// </summary>
    public RelayEnd? FindReasonToEnd()
    {
        if (_pod is not { } pod || Ended is not null)
        {
            return null;
        }

        var isHalfClosed = Up.HasEnded || Down.HasEnded;
        if (_rules.Silence(isHalfClosed) is { } allowed && Silence >= allowed && !_unsent.Progress(_client, pod, _clock))
        {
            return isHalfClosed ? RelayEnd.HalfClosedTimeout : RelayEnd.IdleTimeout;
        }

        return Up.IsUnread && HasFailed(_client) ? RelayEnd.ClientReset
            : Down.IsUnread && HasFailed(pod) ? RelayEnd.PodReset
            : null;
    }

    // Made only for the dial: when no descriptor is left, the dial fails and the client is reset, not forgotten.
    private Socket OpenSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_lock)
        {
            if (Ended is null)
            {
                return _pod = socket;
            }
        }

        socket.Dispose();
        throw new SocketException((int)SocketError.OperationAborted);
    }

    // Whether the pod knows what it must before the client's first byte.
    private async Task<bool> AnnounceAsync(Socket pod)
    {
        if (_rules.ProxyProtocol == ProxyProtocolVersion.None)
        {
            return true;
        }

        if (Client is null || _client.LocalEndPoint is not IPEndPoint server)
        {
            End(RelayEnd.ClientReset);
            return false;
        }

        var header = _rules.ProxyProtocol == ProxyProtocolVersion.V1
            ? ProxyHeader.WriteVersion1(Client, server) : ProxyHeader.WriteVersion2(Client, server);
        try
        {
            await SendAsync(pod, header);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            End(RelayEnd.PodReset);
            return false;
        }
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
            flow.End(_clock.GetTimestamp());
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
            flow.Count(received, _clock.GetTimestamp());
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

    private void End(RelayEnd reason, bool reset)
    {
        lock (_lock)
        {
            if (Ended is not null)
            {
                return;
            }

            Ended = reason;
        }

        Close(_client, reset);
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
