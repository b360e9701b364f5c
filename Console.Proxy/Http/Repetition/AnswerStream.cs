namespace PodConsole.Proxy.Http.Repetition;

/// <summary>
/// A connection to a service, which fails when it ends before the first byte of its first answer. The HTTP handler takes a
/// plain end there for a pooled connection that went stale, and sends the request again; but this one is new, and the service
/// has taken the request.
/// </summary>
internal sealed class AnswerStream(Stream inner) : AsyncStream
{
    private bool _answered;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _answered ? inner.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        _answered = count > 0;
        return count > 0 || buffer.IsEmpty ? count : throw new IOException("The service ended the connection before its answer.");
    }
}
