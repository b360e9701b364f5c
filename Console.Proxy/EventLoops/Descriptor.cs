using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PodConsole.Proxy.EventLoops;

/// <summary>
/// System calls on plain descriptors (Linux). Whoever uses these sees to it that no descriptor is closed meanwhile: its number
/// may be another's at once.
/// </summary>
internal static partial class Descriptor
{
    private const int Stream = 1, NonBlocking = 0x800, CloseOnExec = 0x80000; // SOCK_*, O_*
    private const int SocketLevel = 1, Error = 4, KeepAlive = 9, Linger = 13; // SOL_SOCKET, SO_*
    private const int IPv4 = 2, IPv6 = 10; // AF_*
    private const int AddressSize = 28, IPv4AddressSize = 16; // struct sockaddr_in6, the larger one; struct sockaddr_in
    private const int Tcp = 6, NoDelay = 1, KeepIdle = 4, KeepInterval = 5, KeepCount = 6, Unsent = 25; // IPPROTO_TCP, TCP_*
    private const int ShutdownSend = 1; // SHUT_WR
    private const int SetPipeSize = 1031; // F_SETPIPE_SZ
    private const int Move = 1, SpliceNonBlocking = 2; // SPLICE_F_*
    private const nuint OutgoingBytes = 0x5411; // SIOCOUTQ

    /// <summary>
    /// Takes a connection from a listening socket, without blocking, and it does not block either.
    /// <see cref="SocketError.WouldBlock"/> when there is none, <see cref="SocketError.OperationAborted"/> when the listening one is closed.
    /// </summary>
    public static SocketError TryAccept(SafeHandle listening, out int accepted, out IPEndPoint? client)
    {
        (accepted, client) = (-1, null);
        Span<byte> address = stackalloc byte[AddressSize];
        var size = AddressSize;
        try
        {
            do
            {
                accepted = Accept(listening, address, ref size, NonBlocking | CloseOnExec);
            }
            while (accepted < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }

        if (accepted < 0)
        {
            return SocketErrorOf(Marshal.GetLastPInvokeError());
        }

        client = EndPointOf(address[..Math.Min(size, AddressSize)]);
        return SocketError.Success;
    }

    /// <summary>The socket's own address; null when it cannot be told.</summary>
    public static IPEndPoint? LocalEndPoint(int socket)
    {
        Span<byte> address = stackalloc byte[AddressSize];
        var size = AddressSize;
        return GetName(socket, address, ref size) < 0 ? null : EndPointOf(address[..Math.Min(size, AddressSize)]);
    }

    /// <summary>A TCP socket that does not block. Throws <see cref="SocketException"/> when there can be no more.</summary>
    public static int NewSocket(AddressFamily family)
    {
        var descriptor = Socket(family == AddressFamily.InterNetworkV6 ? IPv6 : IPv4, Stream | NonBlocking | CloseOnExec, 0);
        return descriptor >= 0 ? descriptor : throw new SocketException((int)SocketErrorOf(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Begins to connect. Throws <see cref="SocketException"/> when it is refused at once.</summary>
    public static void Connect(int socket, IPEndPoint endpoint)
    {
        Span<byte> address = stackalloc byte[AddressSize];
        if (Connect(socket, address, Write(address, endpoint)) < 0 && Marshal.GetLastPInvokeError() is var error and not Libc.InProgress)
        {
            throw new SocketException((int)SocketErrorOf(error));
        }
    }

    /// <summary>Why a socket has failed; asking makes it forget.</summary>
    public static SocketError TakeError(int socket)
    {
        var size = sizeof(int);
        return GetOption(socket, SocketLevel, Error, out var error, ref size) < 0 ? SocketError.NotSocket : SocketErrorOf(error);
    }

    /// <summary>Lets small messages go at once.</summary>
    public static void DisableDelay(int socket) => Set(socket, Tcp, NoDelay, 1);

    /// <summary>Lets the system find out when the other machine is gone.</summary>
    public static void KeepChecking(int socket)
    {
        Set(socket, SocketLevel, KeepAlive, 1);
        Set(socket, Tcp, KeepIdle, KeepAlivePace.Idle);
        Set(socket, Tcp, KeepInterval, KeepAlivePace.Interval);
        Set(socket, Tcp, KeepCount, KeepAlivePace.Checks);
    }

    /// <summary>Lets the system take no more than so many bytes ahead of what the network lets go (TCP_NOTSENT_LOWAT).</summary>
    public static void LimitUnsent(int socket, int bytes) => Set(socket, Tcp, Unsent, bytes);

    /// <summary>Reads what there is. Negative with <see cref="Marshal.GetLastPInvokeError"/> when it fails; 0 at the end.</summary>
    public static int Receive(int socket, Span<byte> buffer) => (int)Receive(socket, buffer, buffer.Length, 0);

    /// <summary>Sends what there is room for. Negative with <see cref="Marshal.GetLastPInvokeError"/> when it fails.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> buffer) => (int)Send(socket, buffer, buffer.Length, Libc.NoSignal);

    /// <summary>Moves bytes between a socket and a pipe, without their passing through this process.</summary>
    public static int Splice(int from, int to, int length) => (int)Splice(from, 0, to, 0, length, Move | SpliceNonBlocking);

    /// <summary>Says to the other side that nothing more comes.</summary>
    public static bool Finish(int socket) => Shutdown(socket, ShutdownSend) == 0;

    /// <summary>Bytes that were sent and that the other side has not confirmed yet; 0 when the socket cannot say.</summary>
    public static int CountUnconfirmed(int socket) => InputOutputControl(socket, OutgoingBytes, out var count) == 0 ? count : 0;

    /// <summary>A pipe of about that many bytes; null when there can be no more.</summary>
    public static (int Read, int Write)? NewPipe(int size)
    {
        Span<int> ends = stackalloc int[2];
        if (Pipe(ends, NonBlocking | CloseOnExec) < 0)
        {
            return null;
        }

        // Where a user has very many, the system makes them smaller: that only means more calls.
        _ = Control(ends[1], SetPipeSize, size);
        return (ends[0], ends[1]);
    }

    /// <summary>Closes it; a connection is ended in order.</summary>
    public static void Close(int descriptor) => _ = CloseDescriptor(descriptor);

    /// <summary>Closes a connection with a reset.</summary>
    public static void Reset(int socket)
    {
        var atOnce = 1L; // struct linger: on, for 0 seconds.
        _ = SetOption(socket, SocketLevel, Linger, in atOnce, sizeof(long));
        Close(socket);
    }

    /// <summary>What .NET calls an errno.</summary>
    public static SocketError SocketErrorOf(int error) => error switch
    {
        0 => SocketError.Success,
        Libc.Again => SocketError.WouldBlock,
        23 or 24 => SocketError.TooManyOpenSockets, // ENFILE, EMFILE
        99 => SocketError.AddressNotAvailable,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    // struct sockaddr_in, sockaddr_in6: family, port, then the address; in the latter behind what is called flow information.
    private static int Write(Span<byte> address, IPEndPoint endpoint)
    {
        address.Clear();
        var isIPv6 = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(address, (ushort)(isIPv6 ? IPv6 : IPv4));
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)endpoint.Port);
        endpoint.Address.TryWriteBytes(address[(isIPv6 ? 8 : 4)..], out _);
        if (isIPv6)
        {
            MemoryMarshal.Write(address[24..], (uint)endpoint.Address.ScopeId);
        }

        return isIPv6 ? AddressSize : IPv4AddressSize;
    }

    private static IPEndPoint? EndPointOf(ReadOnlySpan<byte> address) =>
        address.Length < IPv4AddressSize ? null
        : MemoryMarshal.Read<ushort>(address) switch
        {
            IPv4 => new(new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            IPv6 when address.Length == AddressSize => new(
                new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..])), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            _ => null,
        };

    private static void Set(int socket, int level, int name, int value) => _ = SetOption(socket, level, name, in value, sizeof(int));

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeHandle listening, Span<byte> address, ref int size, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int GetName(int socket, Span<byte> address, ref int size);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int socket, int level, int name, out int value, ref int size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, in int value, int size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, in long value, int size);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    private static partial nint Splice(int from, nint fromOffset, int to, nint toOffset, nint length, uint flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int InputOutputControl(int socket, nuint request, out int value);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe(Span<int> ends, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int value);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);
}
