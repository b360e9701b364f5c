using System.Runtime.InteropServices;

namespace PodConsole.Proxy.EventLoops;

/// <summary>What happened to a socket (epoll(7)).</summary>
[Flags]
internal enum SocketEvents : uint
{
    /// <summary>There is something to read.</summary>
    Readable = 0x1,

    /// <summary>There is an urgent byte, in front of which reading stops short.</summary>
    Urgent = 0x2,

    /// <summary>There is room to write.</summary>
    Writable = 0x4,

    /// <summary>It failed.</summary>
    Failed = 0x8,

    /// <summary>Both directions have ended.</summary>
    HungUp = 0x10,

    /// <summary>The other side sends nothing more.</summary>
    PeerFinished = 0x2000,

    /// <summary>Asked for: of several loops that share a socket, wake one that waits for something (Linux 4.5).</summary>
    Exclusive = 0x10000000,

    /// <summary>Asked for: tell changes, not states.</summary>
    EdgeTriggered = 0x80000000,
}

/// <summary>Kernel structures <c>epoll_event</c>: events, then a number of ours. They are packed on x86-64 alone.</summary>
internal static class EpollEvents
{
    private static readonly int NumberAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    /// <summary>Bytes of one structure.</summary>
    public static int Size => NumberAt + sizeof(long);

    /// <summary>Writes the first structure.</summary>
    public static void Write(Span<byte> buffer, SocketEvents events, long number)
    {
        MemoryMarshal.Write(buffer, (uint)events);
        MemoryMarshal.Write(buffer[NumberAt..], number);
    }

    /// <summary>Reads one structure.</summary>
    public static (SocketEvents Events, long Number) Read(ReadOnlySpan<byte> buffer, int index)
    {
        var one = buffer[(index * Size)..];
        return ((SocketEvents)MemoryMarshal.Read<uint>(one), MemoryMarshal.Read<long>(one[NumberAt..]));
    }
}
