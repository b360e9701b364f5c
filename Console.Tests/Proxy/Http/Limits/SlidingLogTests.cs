using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Proxy.Http.Limits;

namespace PodConsole.Tests.Proxy.Http.Limits;

/// <summary>A number of requests within any second: no more of them, and no fewer.</summary>
public sealed class SlidingLogTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(10, 5)]
    [InlineData(100, 20)]
    public void AttemptAcquire_RandomArrivals_RefusesOnlyThoseBeyondTheLimitOfALastSecond(int limit, int burst)
    {
        var random = new Random(limit);
        using var log = new SlidingLog(limit, _clock);
        var accepted = new List<long>();

        for (var i = 0; i < 20_000; i++)
        {
            // Bursts, pauses, and steps that end exactly where a second does.
            _clock.Advance(random.Next(burst) > 0 ? TimeSpan.Zero
                : random.Next(20) == 0 ? Second
                : TimeSpan.FromTicks(random.NextInt64(2 * burst * Second.Ticks / limit)));
            var now = _clock.GetTimestamp();
            var recent = accepted.Count(entry => entry > now - Second.Ticks);

            var isAcquired = log.AttemptAcquire().IsAcquired;

            Assert.Equal(recent < limit, isAcquired);
            if (isAcquired)
            {
                accepted.RemoveAll(entry => entry <= now - Second.Ticks);
                accepted.Add(now);
            }
        }
    }

    [Fact]
    public void AttemptAcquire_SteadyStreamAtTheLimit_NeverRefuses()
    {
        using var log = new SlidingLog(10, _clock);

        for (var i = 0; i < 1000; i++)
        {
            Assert.True(log.AttemptAcquire().IsAcquired);
            _clock.Advance(Second / 10);
        }
    }

    [Fact]
    public void AttemptAcquire_BeyondTheLimit_SaysExactlyWhenTheNextIsLetIn()
    {
        using var log = new SlidingLog(2, _clock);
        log.AttemptAcquire();
        _clock.Advance(Second / 4);
        log.AttemptAcquire();
        _clock.Advance(Second / 4);

        Assert.True(log.AttemptAcquire().TryGetMetadata(MetadataName.RetryAfter, out var one));
        Assert.True(log.AttemptAcquire(2).TryGetMetadata(MetadataName.RetryAfter, out var two));

        Assert.Equal(Second / 2, one);
        Assert.Equal(Second * 3 / 4, two);
        _clock.Advance(one - TimeSpan.FromTicks(1));
        Assert.False(log.AttemptAcquire(0).IsAcquired);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(log.AttemptAcquire(0).IsAcquired);
        Assert.True(log.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task AttemptAcquire_FromManyThreads_LetsInTheLimit()
    {
        using var log = new SlidingLog(700, _clock);
        var admitted = 0;

        await Parallel.ForAsync(0, 5000, TestContext.Current.CancellationToken, (_, _) =>
        {
            Interlocked.Add(ref admitted, log.AttemptAcquire().IsAcquired ? 1 : 0);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(700, admitted);
    }

    [Fact]
    public void IdleDuration_CountsFromWhenTheLastEntryIsForgotten()
    {
        using var log = new SlidingLog(2, _clock);
        Assert.Equal(TimeSpan.Zero, log.IdleDuration);
        _clock.Advance(Second);
        Assert.Equal(Second, log.IdleDuration);

        log.AttemptAcquire();
        Assert.Null(log.IdleDuration);
        _clock.Advance(Second - TimeSpan.FromTicks(1));
        Assert.Null(log.IdleDuration);
        _clock.Advance(Second);
        Assert.Equal(Second - TimeSpan.FromTicks(1), log.IdleDuration);
    }
}
