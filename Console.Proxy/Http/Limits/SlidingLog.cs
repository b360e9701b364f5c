using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// Lets in a number of requests within a second, whichever second that is: it remembers when each of the last second came in.
/// Counts by segments of a window, as <see cref="SlidingWindowRateLimiter"/> keeps them, come back by the ticks of a timer: they
/// let in twice the number around a tick, or refuse a steady stream that is within its limit. Any thread may use it.
/// </summary>
/// <param name="limit">How many, at least 1.</param>
/// <param name="clock">The clock, of which only the timestamps are used.</param>
internal sealed class SlidingLog(int limit, TimeProvider clock) : RateLimiter
{
    private const int FirstCapacity = 4;

    private readonly Lock _lock = new();
    private readonly long _second = clock.TimestampFrequency;
    private long _lastEntry = clock.GetTimestamp() - clock.TimestampFrequency;

    // A ring of _count timestamps, the oldest at _first. It grows up to the limit, with the requests that really come.
    private long[] _entries = [];
    private int _first;
    private int _count;

    /// <summary>For how long it has had nothing to remember; null while it has.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
            {
                var idleSince = _lastEntry + _second;
                var now = clock.GetTimestamp();
                return now < idleSince ? null : clock.GetElapsedTime(idleSince, now);
            }
        }
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics() => null;

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, limit);
        lock (_lock)
        {
            // Read under the lock, so that the entries are in order.
            var now = clock.GetTimestamp();
            Forget(now - _second);

            // To ask for none is to ask whether there is one.
            var excess = _count + Math.Max(permitCount, 1) - limit;
            if (excess > 0)
            {
                var free = _entries[(_first + excess - 1) % _entries.Length] + _second;
                return new Lease(clock.GetElapsedTime(now, free));
            }

            for (var i = 0; i < permitCount; i++)
            {
                Remember(now);
            }

            return Lease.Acquired;
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(permitCount));

    private void Forget(long upTo)
    {
        while (_count > 0 && _entries[_first] <= upTo)
        {
            _first = (_first + 1) % _entries.Length;
            _count--;
        }
    }

    private void Remember(long now)
    {
        if (_count == _entries.Length)
        {
            var larger = new long[(int)Math.Min(limit, Math.Max(FirstCapacity, 2L * _count))];
            _entries.AsSpan(_first).CopyTo(larger);
            _entries.AsSpan(0, _first).CopyTo(larger.AsSpan(_count - _first));
            (_entries, _first) = (larger, 0);
        }

        _entries[(_first + _count++) % _entries.Length] = now;
        _lastEntry = now;
    }

    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public static readonly Lease Acquired = new(retryAfter: null);

        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
