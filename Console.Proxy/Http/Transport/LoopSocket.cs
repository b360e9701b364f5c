using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>A connected socket on an <see cref="EventLoop"/>, as a stream. One reader and one writer at a time.</summary>
internal sealed class LoopSocket : AsyncStream, ILoopHandler
{
    private const SocketEvents End = SocketEvents.PeerFinished | SocketEvents.HungUp | SocketEvents.Failed;

    private readonly Socket _socket;
    private readonly Action? _ended;
    private readonly EventLoop _loop;
    private readonly long _number;
    private readonly Readiness _readable = new();
    private readonly Readiness _writable = new();
    private volatile bool _hasEnded;
    private volatile bool _isSending;
    private volatile bool _hasUrgent;
    private long _sent;

    // Everything that had come was read: there is no need to ask again before the next event.
    private bool _drained = true;

    /// <summary>Takes over a socket that nothing has been awaited on, because the runtime would go on watching it too.</summary>
    /// <param name="socket">The socket, which is disposed when this throws <see cref="IOException"/>: the system watches no more.</param>
    /// <param name="ended">
    /// Called, more than once perhaps, when the other side has finished or the connection has failed; must not block. With
    /// it a failed write is no error, as Kestrel wants it.
    /// </param>
    public LoopSocket(Socket socket, Action? ended = null)
    {
        socket.Blocking = false;
        (_socket, _ended) = (socket, ended);
        _loop = EventLoop.Next();
        try
        {
            _number = _loop.Watch(this, socket.SafeHandle);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether those who wait for this socket go on at once, on the loop's thread. Otherwise they go on in the pool.</summary>
    public bool GoesOnInline { get; set; }

    /// <summary>Whether bytes wait until the other side takes some.</summary>
    public bool IsSending => _isSending;

    /// <summary>Whether the system may hold back the end of what is written, because more follows or <see cref="Push"/>.</summary>
    public bool HoldsBack { get; set; }

    public override bool CanWrite => true;

    /// <summary>A connection of one's own. Throws <see cref="SocketException"/> when nobody answers.</summary>
    public static async Task<LoopSocket> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        var address = endpoint.Serialize();

        // Read at once: the next system call overwrites it.
        var error = Libc.Connect(socket.SafeHandle, address.Buffer.Span, address.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
        var stream = new LoopSocket(socket) { GoesOnInline = true };
        try
        {
            if (error == Libc.InProgress)
            {
                await stream._writable.WaitAsync(cancellationToken);
                error = 0;
            }

            var failure = error != 0 ? (int)Descriptor.SocketErrorOf(error)
                : (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return failure == 0 ? stream : throw new SocketException(failure);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Called by the loop.</summary>
    public void Happened(SocketEvents events)
    {
        if ((events & End) != 0)
        {
            _hasEnded = true;
            _ended?.Invoke();
        }

        if ((events & SocketEvents.Urgent) != 0)
        {
            _hasUrgent = true;
        }

        if ((events & (SocketEvents.Writable | End)) != 0)
        {
            _writable.Signal(GoesOnInline);
        }

        if ((events & (SocketEvents.Readable | End)) != 0)
        {
            _readable.Signal(GoesOnInline);
        }
    }

    /// <summary>Reads what has come. An empty buffer waits until something has.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (EventLoop.IsTurnOver(this))
        {
            _readable.Forget();
            return WaitAndReadAsync(buffer, cancellationToken);
        }

        return (!_drained || _hasEnded) && TryRead(buffer.Span, out var count) ? new(count) : WaitAndReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var sent = Send(buffer.Span);
        return sent == buffer.Length ? default : WaitAndWriteAsync(buffer[sent..], cancellationToken);
    }

    /// <summary>Bytes that the other side has taken since the beginning.</summary>
    public long CountTaken()
    {
        try
        {
            return Volatile.Read(ref _sent) - Libc.CountUnconfirmed(_socket.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>Lets go what the system holds back.</summary>
    public void Push()
    {
        HoldsBack = false;
        SocketCalls.Push(_socket);
    }

    /// <summary>Ends both directions at once; whoever waits learns it.</summary>
    public void ShutDown() => SocketCalls.ShutDown(_socket);

    /// <summary>
    /// Ends both directions at once with a reset, and drops what was not sent: who reads nothing would keep it for minutes, and
    /// a plain end could be taken for the end of an answer.
    /// </summary>
    public void Reset() => SocketCalls.Reset(_socket);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        _loop.Forget(_number);
        _hasEnded = true;
        _socket.Dispose();
        _readable.Signal(inline: false);
        _writable.Signal(inline: false);
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            await _readable.WaitAsync(cancellationToken);
        }
        while (!TryRead(buffer.Span, out count));
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAndWriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        _isSending = true;
        do
        {
            await _writable.WaitAsync(cancellationToken);
            buffer = buffer[Send(buffer.Span)..];
        }
        while (buffer.Length > 0);
        _isSending = false;
    }

    private bool TryRead(Span<byte> buffer, out int count)
    {
        count = 0;
        if (buffer.IsEmpty)
        {
            _drained = false; // Only a read can tell.
            return true;
        }

        nint read;
        while ((read = Libc.Receive(_socket.SafeHandle, buffer, buffer.Length, 0)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.Again)
            {
                _drained = true;
                _hasUrgent = false;
                return false;
            }

            if (error != Libc.Interrupted)
            {
                throw new ConnectionResetException($"The connection failed (error {error}).");
            }
        }

        count = (int)read;

        // A read stops short of an urgent byte, with more behind it.
        _drained = count < buffer.Length && !_hasUrgent;
        EventLoop.Count(count);
        return true;
    }

    // How much was sent; all of it when nobody is there to read it and that is no error.
    private int Send(ReadOnlySpan<byte> buffer)
    {
        var sent = SocketCalls.Send(_socket.SafeHandle, buffer, HoldsBack ? Libc.NoSignal | Libc.More : Libc.NoSignal, out var error);
        _sent += sent;
        return error is 0 or Libc.Again ? sent
            : _ended is null ? throw new ConnectionResetException($"The connection failed (error {error}).")
            : buffer.Length;
    }
}
