using System.Collections.Concurrent;

namespace PodConsole.Proxy.EventLoops;

/// <summary>A pipe through which bytes go from socket to socket inside the kernel.</summary>
internal sealed class SplicePipe
{
    /// <summary>Bytes that it takes at once: what a reader who has stopped can make the kernel hold.</summary>
    public const int Size = 128 * 1024;

    /// <summary>How many are kept for later at most, each of them two descriptors.</summary>
    public const int MaxKept = 32;

    // Each is two descriptors. Connections beyond so many are copied, which costs time and no descriptors.
    private const int MaxOpen = 256;

    private static readonly ConcurrentStack<SplicePipe> Free = new();
    private static int _open;

    private readonly int _read;
    private readonly int _write;

    private SplicePipe((int Read, int Write) ends) => (_read, _write) = ends;

    /// <summary>Bytes inside.</summary>
    public int Count { get; private set; }

    /// <summary>An empty one; null when there are too many.</summary>
    public static SplicePipe? TryRent()
    {
        if (Free.TryPop(out var pipe))
        {
            return pipe;
        }

        if (Interlocked.Increment(ref _open) <= MaxOpen && Descriptor.NewPipe(Size) is { } ends)
        {
            return new(ends);
        }

        Interlocked.Decrement(ref _open);
        return null;
    }

    /// <summary>Gives it back. With bytes inside it is closed.</summary>
    public void Return()
    {
        if (Count == 0 && Free.Count < MaxKept)
        {
            Free.Push(this);
            return;
        }

        Interlocked.Decrement(ref _open);
        Descriptor.Close(_read);
        Descriptor.Close(_write);
    }

    /// <summary>Takes bytes from a socket, as <c>Receive</c> does. It must be empty.</summary>
    public int Fill(int socket)
    {
        var count = Descriptor.Splice(socket, _write, Size);
        Count += Math.Max(count, 0);
        return count;
    }

    /// <summary>Gives bytes to a socket, as <c>Send</c> does.</summary>
    public int Drain(int socket)
    {
        var count = Descriptor.Splice(_read, socket, Count);
        Count -= Math.Max(count, 0);
        return count;
    }
}
