using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Tcp;

/// <summary>
/// Takes in on event loops what comes to a listening socket, until that is closed. What comes together is served together.
/// </summary>
internal sealed class LoopAcceptor : ILoopHandler
{
    /// <summary>How long it waits after a failure: the next accept would fail at once too.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    // Who listens in the pod is asked once for all of them, so the last one must not be dialled much later than that.
    private const int Together = 8;

    // An accepted connection takes about the time that so many bytes take.
    private const int BytesAlike = 32 << 10;

    // Whichever waits takes it. Each costs every listener memory of the kernel's, however many processors there are.
    private const int MostLoops = 2;

    private readonly List<(EventLoop Loop, long Number)> _watches = new(MostLoops);
    private readonly Socket _socket;
    private readonly Action<List<AcceptedClient>> _serve;
    private readonly Action<Exception> _failed;
    private readonly TimeProvider _clock;
    private bool _rests;

    private LoopAcceptor(Socket socket, Action<List<AcceptedClient>> serve, Action<Exception> failed, TimeProvider clock) =>
        (_socket, _serve, _failed, _clock) = (socket, serve, failed, clock);

    /// <summary>Begins. Throws <see cref="SocketException"/> when the system watches no more sockets.</summary>
    /// <param name="socket">The listening socket, which has the <see cref="RelayOptions"/>: what is accepted inherits them.</param>
    /// <param name="serve">Called on a loop's thread, maybe on two at once; must not block.</param>
    /// <param name="failed">
    /// Called when nothing could be accepted, most likely for want of descriptors, and when serving threw, which is a bug. It is
    /// tried again after <see cref="Rest"/>.
    /// </param>
    /// <param name="clock">The clock.</param>
    public static LoopAcceptor Begin(Socket socket, Action<List<AcceptedClient>> serve, Action<Exception> failed, TimeProvider clock)
    {
        socket.Blocking = false;
        var acceptor = new LoopAcceptor(socket, serve, failed, clock);
        try
        {
            foreach (var loop in EventLoop.Next(MostLoops))
            {
                acceptor._watches.Add((loop, loop.WatchArrivals(acceptor, socket.SafeHandle)));
            }

            return acceptor;
        }
        catch (IOException)
        {
            acceptor.End();
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }
    }

    /// <summary>Hears no more of the socket, which is closed.</summary>
    public void End() => _watches.ForEach(static watch => watch.Loop.Forget(watch.Number));

    /// <inheritdoc/>
    public void Happened(SocketEvents events)
    {
        while (TryRound() && !EventLoop.IsTurnOver(this))
        {
        }
    }

    // Whether there may be more at once.
    private bool TryRound()
    {
        try
        {
            return !Volatile.Read(ref _rests) && TryAcceptSome();
        }
        catch (Exception exception)
        {
            // A bug in one port must not end the thread of all.
            Fail(exception);
            return false;
        }
    }

    private bool TryAcceptSome()
    {
        var clients = new List<AcceptedClient>();
        var error = SocketError.Success;
        while (clients.Count < Together && error == SocketError.Success)
        {
            error = Descriptor.TryAccept(_socket.SafeHandle, out var descriptor, out var address);
            if (error == SocketError.Success)
            {
                clients.Add(new(address, Socket: null, descriptor));
            }
        }

        if (clients.Count > 0)
        {
            EventLoop.Count(clients.Count * BytesAlike);
            _serve(clients);
        }

        if (error is SocketError.Success or SocketError.ConnectionAborted)
        {
            return true;
        }

        if (error is not (SocketError.WouldBlock or SocketError.OperationAborted))
        {
            Fail(new SocketException((int)error));
        }

        return false;
    }

    private void Fail(Exception exception)
    {
        _failed(exception);
        if (!Interlocked.Exchange(ref _rests, true))
        {
            _ = GoOnLaterAsync();
        }
    }

    private async Task GoOnLaterAsync()
    {
        await Task.Delay(Rest, _clock);
        Volatile.Write(ref _rests, false);
        while (TryRound())
        {
            // Others have their turn here too.
            await Task.Yield();
        }
    }
}
