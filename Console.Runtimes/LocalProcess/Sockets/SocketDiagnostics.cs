using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>
/// Asks the kernel who listens on a port (sock_diag(7)): exact, and quicker than reading the whole table as text. Asked in the
/// old form, which takes both address families in one walk through the kernel's table.
/// </summary>
internal static unsafe class SocketDiagnostics
{
    private const int Netlink = 16, RawSocket = 3, SocketDiagnosticsProtocol = 4; // AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG
    private const int AnyFamily = 18, Error = 2, Done = 3; // TCPDIAG_GETSOCK, NLMSG_*
    private const int Dump = 0x301; // NLM_F_REQUEST | NLM_F_DUMP
    private const byte IPv6 = 10; // AF_INET6
    private const uint Listening = 1 << 10; // TCP_LISTEN
    private const int HeaderSize = 16, RequestSize = 60, MessageSize = 72; // struct nlmsghdr, inet_diag_req, inet_diag_msg
    private const int OnlyIPv6 = 11; // INET_DIAG_SKV6ONLY

    // Kept for the next question: as many as were ever asked at the same time.
    private static readonly ConcurrentBag<SafeFileHandle> Free = [];

    /// <summary>Every socket that listens; null where the kernel does not tell.</summary>
    public static List<ListeningSocket>? TryFindAll() => TryFind(0);

    /// <summary>Every socket that listens on the port; null where the kernel does not tell.</summary>
    public static List<ListeningSocket>? TryFind(int port)
    {
        if (!Free.TryTake(out var socket))
        {
            socket = new(Libc.Socket(Netlink, RawSocket | Libc.CloseOnExec, SocketDiagnosticsProtocol), ownsHandle: true);
        }

        var found = new List<ListeningSocket>();
        if (!socket.IsInvalid && TryDump((int)socket.DangerousGetHandle(), port, found))
        {
            Free.Add(socket);
            return found;
        }

        // What is left of an answer would be taken for the next one's.
        socket.Dispose();
        return null;
    }

    /// <summary>Takes what a part of an answer lists. True at the answer's end, false when it has failed, null when there is more to come.</summary>
    internal static bool? TryTake(ReadOnlySpan<byte> part, List<ListeningSocket> found)
    {
        while (part.Length >= HeaderSize)
        {
            var size = MemoryMarshal.Read<int>(part);
            var type = MemoryMarshal.Read<short>(part[4..]);
            if (type is Done or Error || size < HeaderSize || size > part.Length)
            {
                // A list that could not be made ends too, with an errno: a kernel without tcp_diag has none to give.
                return type == Done && size >= HeaderSize + sizeof(int) && size <= part.Length && MemoryMarshal.Read<int>(part[HeaderSize..]) == 0;
            }

            found.Add(Read(part[HeaderSize..size]));
            part = part[Math.Min((size + 3) & ~3, part.Length)..];
        }

        return null;
    }

    [SkipLocalsInit]
    private static bool TryDump(int descriptor, int port, List<ListeningSocket> found)
    {
        var request = stackalloc byte[HeaderSize + RequestSize];
        var bytes = new Span<byte>(request, HeaderSize + RequestSize);
        bytes.Clear();
        MemoryMarshal.Write(bytes, bytes.Length);
        MemoryMarshal.Write(bytes[4..], (short)AnyFamily);
        MemoryMarshal.Write(bytes[6..], (short)Dump);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[20..], (ushort)port); // 0 stands for any.
        MemoryMarshal.Write(bytes[68..], Listening);
        if (Libc.Send(descriptor, request, (nuint)bytes.Length, 0) != bytes.Length)
        {
            return false;
        }

        var buffer = stackalloc byte[16 * 1024];
        while (true)
        {
            var length = (int)Libc.Receive(descriptor, buffer, 16 * 1024, 0);
            if (length <= 0)
            {
                return false;
            }

            if (TryTake(new(buffer, length), found) is { } isAll)
            {
                return isAll;
            }
        }
    }

    private static ListeningSocket Read(ReadOnlySpan<byte> message)
    {
        var isIPv6 = message[0] == IPv6;
        var address = new IPAddress(message.Slice(8, isIPv6 ? 16 : 4));
        return new(
            Id: MemoryMarshal.Read<ulong>(message[44..]),
            Inode: MemoryMarshal.Read<uint>(message[68..]),
            Port: BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            Address: address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address,
            IsDual: isIPv6 && !IsOnlyIPv6(message[MessageSize..]),
            Interface: MemoryMarshal.Read<uint>(message[40..]));
    }

    private static bool IsOnlyIPv6(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length > 4)
        {
            var size = MemoryMarshal.Read<ushort>(attributes);
            if (MemoryMarshal.Read<ushort>(attributes[2..]) == OnlyIPv6)
            {
                return attributes[4] != 0;
            }

            attributes = attributes[Math.Min(Math.Max((size + 3) & ~3, 4), attributes.Length)..];
        }

        return false;
    }
}
