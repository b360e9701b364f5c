namespace PodConsole.Proxy.Http.Latency;

/// <summary>
/// How long the service of one route takes until the first byte of its answers: the last <see cref="Samples"/> of them, and
/// the requests that wait now. One lock, held for a few instructions.
/// </summary>
internal sealed class RouteLatency
{
    /// <summary>Answers that are remembered.</summary>
    public const int Samples = 128;

    private readonly Lock _lock = new();
    private readonly float[] _seconds = new float[Samples];
    private int _count;
    private Exchange? _oldest;
    private Exchange? _newest;
    private SlowSpell? _slow;

    /// <summary>Counts a request in that waits for its answer.</summary>
    public void Add(Exchange exchange)
    {
        lock (_lock)
        {
            exchange.Previous = _newest;
            _ = _newest is null ? _oldest = exchange : _newest.Next = exchange;
            _newest = exchange;
        }
    }

    /// <summary>Counts a request out.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="waited">How long it waited for the first byte, or for the time-out; null when it ended otherwise.</param>
    public void Remove(Exchange exchange, TimeSpan? waited)
    {
        lock (_lock)
        {
            _ = exchange.Previous is null ? _oldest = exchange.Next : exchange.Previous.Next = exchange.Next;
            _ = exchange.Next is null ? _newest = exchange.Previous : exchange.Next.Previous = exchange.Previous;
            exchange.Previous = exchange.Next = null;
            if (waited is { } time)
            {
                _seconds[_count++ % Samples] = (float)time.TotalSeconds;
            }
        }
    }

    /// <summary>Median and 95th percentile of the answers remembered; null without any.</summary>
    public (TimeSpan Median, TimeSpan P95, int Count)? Measure()
    {
        float[] sorted;
        lock (_lock)
        {
            sorted = _seconds[..Math.Min(_count, Samples)];
        }

        Array.Sort(sorted);
        return sorted.Length == 0 ? null : (At(0.5), At(0.95), sorted.Length);

        TimeSpan At(double share) => TimeSpan.FromSeconds(sorted[(int)Math.Ceiling(share * sorted.Length) - 1]);
    }

    /// <summary>How long the request that has waited longest has waited; null when none waits.</summary>
    public TimeSpan? LongestWait()
    {
        lock (_lock)
        {
            return _oldest?.Elapsed;
        }
    }

    /// <summary>Remembers how near to the limit a request came.</summary>
    public void Note(SlowSpell spell) => Volatile.Write(ref _slow, spell);

    /// <summary>The last that was noted.</summary>
    public SlowSpell? Slow => Volatile.Read(ref _slow);
}

/// <summary>A request that waited for most of the time that silence is allowed.</summary>
/// <param name="Waited">How long.</param>
/// <param name="At">When it was seen, UTC.</param>
internal sealed record SlowSpell(TimeSpan Waited, DateTime At);
