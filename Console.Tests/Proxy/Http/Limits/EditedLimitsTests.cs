using System.Net;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Limits;

namespace PodConsole.Tests.Proxy.Http.Limits;

/// <summary>An edit of a port's limits forgets nothing that the limits still concern.</summary>
public sealed class EditedLimitsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Other = IPAddress.Parse("203.0.113.8");

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Of_AnotherLimitEdited_OpenRequestsStayCounted()
    {
        PortOptions options = new() { ConcurrentRequests = 3, ConcurrentRequestsPerClient = 2, RequestsPerSecond = 100 };
        var before = RouteLimits.Of(options, _clock)!;
        var place = before.TryEnter(Client);
        before.TryEnter(Client);

        var limits = RouteLimits.Of(options with { RequestsPerSecond = 50 }, _clock, before)!;

        Assert.Null(limits.TryEnter(Client));
        Assert.NotNull(limits.TryEnter(Other));
        Assert.Null(limits.TryEnter(IPAddress.Parse("203.0.113.9")));
        place!.Dispose();
        Assert.NotNull(limits.TryEnter(Client));
        Assert.Null(limits.TryEnter(Other));
    }

    [Fact]
    public void Of_FewerAtOnce_RefusesUntilFewerAreOpen()
    {
        var before = RouteLimits.Of(new() { ConcurrentRequests = 3, ConcurrentRequestsPerClient = 3 }, _clock)!;
        IDisposable[] places = [.. Enumerable.Range(0, 3).Select(_ => before.TryEnter(Client)!)];

        var limits = RouteLimits.Of(new() { ConcurrentRequests = 2, ConcurrentRequestsPerClient = 1 }, _clock, before)!;

        Assert.Null(limits.TryEnter(Other));
        places[0].Dispose();
        Assert.Null(limits.TryEnter(Other));
        places[1].Dispose();
        Assert.NotNull(limits.TryEnter(Other));
        places[2].Dispose();
        Assert.NotNull(limits.TryEnter(Client));
    }

    [Fact]
    public void Of_MoreAtOnce_LetsInOnlyThoseThatAreMore()
    {
        var before = RouteLimits.Of(new() { ConcurrentRequests = 3 }, _clock)!;
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => before.TryEnter(Client) is not null));

        var limits = RouteLimits.Of(new() { ConcurrentRequests = 5 }, _clock, before)!;

        Assert.Equal(2, Enumerable.Range(0, 10).Count(_ => limits.TryEnter(Client) is not null));
    }

    [Fact]
    public void Of_OneRateEdited_TheOtherStaysCounted()
    {
        PortOptions options = new() { RequestsPerSecond = 3, RequestsPerSecondPerClient = 2 };
        var before = RouteLimits.Of(options, _clock)!;
        Assert.Equal(2, Enumerable.Range(0, 10).Count(_ => before.TryEnter(Client) is not null));

        var moreInAll = RouteLimits.Of(options with { RequestsPerSecond = 30 }, _clock, before)!;
        var morePerClient = RouteLimits.Of(options with { RequestsPerSecondPerClient = 20 }, _clock, before)!;

        Assert.Null(moreInAll.TryEnter(Client));
        Assert.Equal(1, Enumerable.Range(0, 10).Count(_ => morePerClient.TryEnter(Client) is not null));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(moreInAll.TryEnter(Client));
    }
}
