using PodConsole.Domain.Pods;

namespace PodConsole.Tests.Domain.Pods;

public sealed class PodFeedTests
{
    [Fact]
    public void Tick_SeveralWatchers_TellsEachWhichPodChanged()
    {
        var feed = new PodFeed();
        var (first, second) = (new List<PodId>(), new List<PodId>());
        using var one = feed.Watch(first.Add);
        using var two = feed.Watch(second.Add);
        var podId = PodId.New();

        feed.Tick(podId);

        Assert.Equal([podId], first);
        Assert.Equal([podId], second);
    }

    [Fact]
    public void Dispose_OneWatcher_LeavesTheOthers()
    {
        var feed = new PodFeed();
        var (first, second) = (new List<PodId>(), new List<PodId>());
        var one = feed.Watch(first.Add);
        using var two = feed.Watch(second.Add);

        one.Dispose();
        feed.Tick(PodId.New());

        Assert.Empty(first);
        Assert.Single(second);
    }

    [Fact]
    public void Dispose_WithinATick_IsHarmless()
    {
        var feed = new PodFeed();
        var calls = 0;
        IDisposable? watch = null;
        watch = feed.Watch(_ =>
        {
            calls++;
            watch!.Dispose();
        });

        feed.Tick(PodId.New());
        feed.Tick(PodId.New());

        Assert.Equal(1, calls);
    }

    [Fact]
    public void Dispose_TwiceWhereTheSameCallbackWatchesAgain_KeepsTheSecondWatch()
    {
        var feed = new PodFeed();
        var seen = new List<PodId>();
        Action<PodId> callback = seen.Add;
        var first = feed.Watch(callback);
        using var second = feed.Watch(callback);

        first.Dispose();
        first.Dispose();
        feed.Tick(PodId.New());

        Assert.Single(seen);
    }

    [Fact]
    public void Watch_FromManyThreads_LosesNoWatcher()
    {
        var feed = new PodFeed();
        var count = 0;

        Parallel.For(0, 200, _ => feed.Watch(_ => Interlocked.Increment(ref count)));
        feed.Tick(PodId.New());

        Assert.Equal(200, count);
    }
}
