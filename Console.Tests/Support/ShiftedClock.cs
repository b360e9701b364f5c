namespace PodConsole.Tests.Support;

/// <summary>The system's clock, moved: timers run as ever, only the time of day is another.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
