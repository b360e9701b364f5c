using Microsoft.AspNetCore.Http;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// A request's body over HTTP/2 that must come at a rate on average once the patience with it is over, and without longer pauses than that. Only
/// time in which it is waited for counts.
/// </summary>
/// <param name="body">The body as it comes.</param>
/// <param name="rate">Bytes per second, at least 1.</param>
/// <param name="patience">How long it may come more slowly.</param>
/// <param name="clock">The time.</param>
internal sealed class TimedBody(Stream body, int rate, TimeSpan patience, TimeProvider clock) : AsyncStream
{
    private long _read;
    private TimeSpan _waited;

    /// <summary>Reads on. Throws a <see cref="BadHttpRequestException"/> with status 408 when the client is too slow.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var start = clock.GetTimestamp();
        var left = TimeSpan.FromSeconds(Math.Max((double)_read / rate, patience.TotalSeconds)) - _waited;
        using var deadline = new CancellationTokenSource(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, patience.Ticks)), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var count = await body.ReadAsync(buffer, either.Token);
            _read += count;
            _waited += clock.GetElapsedTime(start);
            return count;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body comes too slowly.", StatusCodes.Status408RequestTimeout);
        }
    }
}
