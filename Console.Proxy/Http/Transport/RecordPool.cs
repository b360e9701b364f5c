using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// The memory of client connections, in blocks as large as the largest TLS record (RFC 8446, 5.1). Kestrel encrypts and sends
/// block by block: with its own of 4 KiB a large body becomes four times as many records and writes.
/// </summary>
internal sealed class RecordPool : MemoryPool<byte>, IMemoryPoolFeature
{
    private const int BlockBytes = 16 << 10;

    // What a burst leaves behind is dropped beyond this: 16 MiB.
    private const int MaxKept = 1024;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _kept;

    private RecordPool()
    {
    }

    /// <summary>The pool that all connections share.</summary>
    public static new RecordPool Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_free.TryDequeue(out var block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref _kept);
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Shared by all connections for as long as the process lives.
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _kept) <= MaxKept)
        {
            _free.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref _kept);
        }
    }

    private sealed class Block(RecordPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
