using System.Runtime.InteropServices;

namespace PodConsole.Proxy.EventLoops;

/// <summary>The system calls of the event loop (Linux). Descriptors are non-blocking, so that none of them waits but epoll_wait.</summary>
internal static partial class Libc
{
    /// <summary>errno: interrupted by a signal.</summary>
    public const int Interrupted = 4;

    /// <summary>errno: it would have to wait.</summary>
    public const int Again = 11;

    /// <summary>errno: a connection is being made.</summary>
    public const int InProgress = 115;

    /// <summary>recv: look, and leave the bytes where they are.</summary>
    public const int Peek = 2;

    /// <summary>send: an error instead of a signal when nobody reads any more.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>send: more follows, so that a packet that is not full may wait.</summary>
    public const int More = 0x8000;

    private const nuint OutgoingBytes = 0x5411; // SIOCOUTQ, tcp(7)

    private const int CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeHandle socket, ReadOnlySpan<byte> address, int length);

    /// <summary>Bytes that were sent and that the other side has not confirmed yet; 0 when the socket cannot say.</summary>
    public static int CountUnconfirmed(SafeHandle socket) => InputOutputControl(socket, OutgoingBytes, out var count) == 0 ? count : 0;

    /// <summary>A new epoll instance, which child processes do not inherit.</summary>
    public static int NewEpoll() => EpollCreate(CloseOnExec);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int socket, ReadOnlySpan<byte> change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, Span<byte> events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int InputOutputControl(SafeHandle socket, nuint request, out int value);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);
}
