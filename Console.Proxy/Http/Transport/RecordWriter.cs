using System.IO.Pipelines;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// What a client's connection sends. TLS writes record by record, and then asks for all of it to be sent: until then the system
/// gathers records that are full into packets as large as the network takes. One writer at a time.
/// </summary>
internal sealed class RecordWriter(LoopSocket socket) : PipeWriter
{
    private readonly PipeWriter _output = Create(socket, new StreamPipeWriterOptions(RecordPool.Shared, leaveOpen: true));

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _output.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public override void Advance(int bytes) => _output.Advance(bytes);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.IsEmpty)
        {
            return FlushAsync(cancellationToken);
        }

        // Only a full record has more than a block, with what TLS adds: a record follows it, or a flush.
        socket.HoldsBack = source.Length > RecordPool.Shared.MaxBufferSize;
        return _output.WriteAsync(source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (socket.HoldsBack)
        {
            socket.Push();
        }

        return _output.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _output.CompleteAsync(exception);
}
