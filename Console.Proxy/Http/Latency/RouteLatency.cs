namespace PodConsole.Proxy.Http.Latency;

/// <summary>
/// How long the service of one route takes until the first byte of its answers: the last <see cref="Samples"/> of them.
/// </summary>
internal sealed class RouteLatency
{
    /// <summary>Answers that are remembered.</summary>
    public const int Samples = 128;

    private readonly Lock _lock = new();
    private readonly float[] _seconds = new float[Samples];
    private int _count;
    private SlowSpell? _slow;

    /// <summary>Remembers how long a request waited for the first byte, or until the time-out.</summary>
    public void Add(TimeSpan waited)
    {
        lock (_lock)
        {
            _seconds[_count++ % Samples] = (float)waited.TotalSeconds;
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

    /// <summary>Remembers how near to the limit a request came.</summary>
    public void Note(SlowSpell spell) => Volatile.Write(ref _slow, spell);

    /// <summary>The last that was noted.</summary>
    public SlowSpell? Slow => Volatile.Read(ref _slow);
}

/// <summary>Something that was silent for most of the time that silence is allowed, or was ended after all of it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Silence">How long.</param>
/// <param name="At">When it was seen, UTC.</param>
internal sealed record SlowSpell(SilentKind Kind, TimeSpan Silence, DateTime At);

/// <summary>What silence can end.</summary>
internal enum SilentKind
{
    /// <summary>A request whose answer has not begun.</summary>
    Request,

    /// <summary>An answer that has begun.</summary>
    Stream,

    /// <summary>A WebSocket that was taken.</summary>
    WebSocket,
}
