using System.Runtime.InteropServices;

namespace PodConsole.Proxy.EventLoops;

/// <summary>
/// A thread that waits for its sockets and runs what waits for them itself, without a hop to the thread pool. Whatever goes
/// on here must never block; work that may goes to the pool (<see cref="IsCurrent"/>).
/// </summary>
internal sealed class EventLoop
{
    // So many bytes for whoever goes on, before the others have their turn.
    private const int Turn = 256 << 10;

    private const int Batch = 256;
    private const int Add = 1;
    private const SocketEvents Everything =
        SocketEvents.Readable | SocketEvents.Urgent | SocketEvents.Writable | SocketEvents.PeerFinished | SocketEvents.EdgeTriggered;

    private const SocketEvents Arrivals = SocketEvents.Readable | SocketEvents.Exclusive | SocketEvents.EdgeTriggered;

    private static readonly Lazy<EventLoop[]> All = new(() => [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new EventLoop())]);
    private static uint _next;

    [ThreadStatic]
    private static EventLoop? _current;

    private readonly int _epoll = NewEpoll();
    private readonly HandlerTable _handlers = new();
    private readonly Queue<ILoopHandler> _later = new();
    private readonly HashSet<ILoopHandler> _waiting = [];
    private int _left;

    private EventLoop() => new Thread(Run) { IsBackground = true, Name = "Gateway sockets" }.Start();

    /// <summary>Whether this platform has one.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux();

    /// <summary>Whether the calling thread is a loop's.</summary>
    public static bool IsCurrent => _current is not null;

    /// <summary>One of the loops, in turn.</summary>
    public static EventLoop Next()
    {
        var all = All.Value;
        return all[Interlocked.Increment(ref _next) % all.Length];
    }

    /// <summary>So many different loops, in turn; all when there are fewer.</summary>
    public static EventLoop[] Next(int count)
    {
        var all = All.Value;
        var first = Interlocked.Increment(ref _next);
        return [.. Enumerable.Range(0, Math.Min(count, all.Length)).Select(index => all[(first + index) % all.Length])];
    }

    /// <summary>Tells of a socket from now on, beginning with its present state. Throws <see cref="IOException"/> when the system can not.</summary>
    /// <returns>The number by which it is forgotten.</returns>
    public long Watch(ILoopHandler handler, SafeHandle socket) => Watch(handler, socket, Everything);

    /// <inheritdoc cref="Watch(ILoopHandler, SafeHandle)"/>
    public long Watch(ILoopHandler handler, int socket) => Watch(handler, socket, Everything);

    /// <summary>Like <see cref="Watch(ILoopHandler, SafeHandle)"/>, of a listening socket that other loops may tell of too: whichever waits does.</summary>
    /// <returns>The number by which it is forgotten.</returns>
    public long WatchArrivals(ILoopHandler handler, SafeHandle listening) => Watch(handler, listening, Arrivals);

    /// <summary>Tells no more of a socket that is about to close.</summary>
    public void Forget(long number) => _handlers.Remove(number);

    /// <summary>Counts bytes that were moved on the calling thread.</summary>
    public static void Count(int bytes)
    {
        if (_current is { } loop)
        {
            loop._left -= bytes;
        }
    }

    /// <summary>
    /// Whether the calling thread has moved enough for now. The caller then waits, and hears of something to read when the
    /// others have had their turn.
    /// </summary>
    public static bool IsTurnOver(ILoopHandler handler)
    {
        if (_current is not { _left: <= 0 } loop)
        {
            return false;
        }

        // Once, however often something happens meanwhile: each has one turn.
        if (loop._waiting.Add(handler))
        {
            loop._later.Enqueue(handler);
        }

        return true;
    }

    private long Watch(ILoopHandler handler, SafeHandle socket, SocketEvents events)
    {
        var isOwned = false;
        try
        {
            socket.DangerousAddRef(ref isOwned);
            return Watch(handler, (int)socket.DangerousGetHandle(), events);
        }
        finally
        {
            if (isOwned)
            {
                socket.DangerousRelease();
            }
        }
    }

    private long Watch(ILoopHandler handler, int socket, SocketEvents events)
    {
        var number = _handlers.Add(handler);
        Span<byte> change = stackalloc byte[EpollEvents.Size];
        EpollEvents.Write(change, events, number);
        if (Libc.EpollControl(_epoll, Add, socket, change) < 0)
        {
            Forget(number);
            throw Failure();
        }

        return number;
    }

    private static int NewEpoll()
    {
        var epoll = Libc.NewEpoll();
        return epoll >= 0 ? epoll : throw Failure();
    }

    private static IOException Failure() => new($"The system watches no more sockets (error {Marshal.GetLastPInvokeError()}).");

    private void Run()
    {
        _current = this;
        var events = new byte[Batch * EpollEvents.Size];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, events, Batch, _later.Count > 0 ? 0 : -1);
            for (var index = 0; index < count; index++)
            {
                var (happened, number) = EpollEvents.Read(events, index);
                if (_handlers.Find(number) is { } handler)
                {
                    _left = Turn;
                    handler.Happened(happened);
                }
            }

            for (var waiting = _later.Count; waiting > 0; waiting--)
            {
                _left = Turn;
                var handler = _later.Dequeue();
                _waiting.Remove(handler);
                handler.Happened(SocketEvents.Readable);
            }
        }
    }
}
