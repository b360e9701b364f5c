namespace PodConsole.Proxy.Http.Exchanges;

/// <summary>A body whose bytes are counted as they are read.</summary>
internal sealed class CountedStream(Stream inner, Exchange exchange, bool isUp) : AsyncStream
{
    // Two blocks of a client's connection (RecordPool) with the framing of a chunk: an answer that its client does not take is held
    // twice, by the forwarder and by the connection.
    private const int MostAtOnce = (32 * 1024) - 16;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(buffer[..Math.Min(buffer.Length, MostAtOnce)], cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Counted(reading.Result)) : AwaitAsync(reading);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> AwaitAsync(ValueTask<int> reading) => Counted(await reading);

    private int Counted(int count)
    {
        exchange.Count(count, isUp);
        return count;
    }
}
