using System.Net;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Limits;

namespace PodConsole.Tests.Proxy.Http.Limits;

/// <summary>Limits let in exactly as many as they say, in all and by client.</summary>
public sealed class RouteLimitsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.7");

    [Fact]
    public void Of_NoLimit_IsNull() => Assert.Null(Of(PortOptions.Default));

    [Fact]
    public void TryEnter_ConcurrentRequests_LetsInExactlyThatManyAtOnce()
    {
        var limits = Of(new() { ConcurrentRequests = 3 })!;

        var leases = Enumerable.Range(0, 10).Select(_ => limits.TryEnter(Client)).ToArray();

        Assert.Equal(3, leases.Count(lease => lease is not null));
        leases[0]!.Dispose();
        Assert.NotNull(limits.TryEnter(Client));
        Assert.Null(limits.TryEnter(Client));
    }

    [Fact]
    public async Task TryEnter_FromManyThreads_LetsInExactlyAsManyAsAllowed()
    {
        var limits = Of(new() { ConcurrentRequests = 100, RequestsPerSecond = 70 })!;
        var admitted = 0;

        await Parallel.ForAsync(0, 1000, TestContext.Current.CancellationToken, (_, _) =>
        {
            Interlocked.Add(ref admitted, limits.TryEnter(Client) is null ? 0 : 1);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(70, admitted);
    }

    [Fact]
    public void TryEnter_PerClient_CountsEachAddressAndEachNetworkOfVersion6()
    {
        var limits = Of(new() { ConcurrentRequestsPerClient = 1 })!;

        Assert.NotNull(limits.TryEnter(Client));
        Assert.Null(limits.TryEnter(Client));
        Assert.Null(limits.TryEnter(IPAddress.Parse("::ffff:203.0.113.7")));
        Assert.NotNull(limits.TryEnter(IPAddress.Parse("203.0.113.8")));
        Assert.NotNull(limits.TryEnter(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.Null(limits.TryEnter(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.NotNull(limits.TryEnter(IPAddress.Parse("2001:db8:1:3::1")));
    }

    [Fact]
    public void TryEnter_ClientBeyondItsRate_UsesUpNothingOfEveryones()
    {
        var limits = Of(new() { RequestsPerSecond = 10, RequestsPerSecondPerClient = 4 })!;

        var greedy = Enumerable.Range(0, 100).Count(_ => limits.TryEnter(Client) is not null);
        var others = Enumerable.Range(1, 6).Count(other => limits.TryEnter(new IPAddress([198, 51, 100, (byte)other])) is not null);

        Assert.Equal(4, greedy);
        Assert.Equal(6, others);
    }

    [Fact]
    public void TryEnter_RefusedForTooManyAtOnce_UsesUpNothingOfTheRate()
    {
        var limits = Of(new() { ConcurrentRequests = 1, RequestsPerSecond = 2 })!;

        using (limits.TryEnter(Client))
        {
            Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(limits.TryEnter(Client)));
        }

        Assert.NotNull(limits.TryEnter(Client));
    }

    [Fact]
    public void TryEnter_RefusedByEveryonesRate_UsesUpNothingOfTheClients()
    {
        var clock = new FakeTimeProvider();
        var limits = RouteLimits.Of(new() { RequestsPerSecond = 10, RequestsPerSecondPerClient = 5 }, clock)!;
        Assert.All(Enumerable.Range(1, 10), other => Assert.NotNull(limits.TryEnter(new IPAddress([198, 51, 100, (byte)other]))));
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Null(limits.TryEnter(Client)));

        clock.Advance(TimeSpan.FromMilliseconds(600));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.NotNull(limits.TryEnter(Client)));
        Assert.Null(limits.TryEnter(Client));
    }

    [Fact]
    public void TryEnter_ASecondLater_LetsInAsManyAgain()
    {
        var clock = new FakeTimeProvider();
        var limits = RouteLimits.Of(new() { RequestsPerSecondPerClient = 2 }, clock)!;
        Assert.NotNull(limits.TryEnter(Client));
        clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.NotNull(limits.TryEnter(Client));

        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Null(limits.TryEnter(Client));

        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(limits.TryEnter(Client));
        Assert.Null(limits.TryEnter(Client));
    }

    private static RouteLimits? Of(PortOptions options) => RouteLimits.Of(options, TimeProvider.System);
}
