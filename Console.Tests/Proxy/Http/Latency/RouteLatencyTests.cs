using Microsoft.AspNetCore.Http;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Http.Latency;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Tests.Proxy.Http.Latency;

public sealed class RouteLatencyTests
{
    [Fact]
    public void Measure_NoAnswer_IsNull() => Assert.Null(new RouteLatency().Measure());

    [Fact]
    public void Measure_ManyAnswers_RemembersTheLastOnes()
    {
        var route = new HttpRoute(80, RouteRules.Default(new()), upstream: null);
        for (var answer = 1; answer <= 1000 + RouteLatency.Samples; answer++)
        {
            route.Latency.Add(TimeSpan.FromSeconds(answer <= 1000 ? 9 : (answer - 1000) / 128.0));
        }

        var (median, p95, count) = route.Latency.Measure()!.Value;

        Assert.Equal(RouteLatency.Samples, count);
        Assert.Equal(0.5, median.TotalSeconds, 0.001);
        Assert.Equal(122 / 128.0, p95.TotalSeconds, 0.001);
    }

    [Fact]
    public void Remove_InAnyOrder_LeavesTheOldestInFront()
    {
        var route = new HttpRoute(80, RouteRules.Default(new()), upstream: null);
        var waiting = Enumerable.Range(0, 50).Select(_ => NewExchange(route)).ToList();
        var random = new Random(7);

        while (waiting.Count > 0)
        {
            Assert.InRange(route.Open.LongestSilence()!.Value.Time, TimeSpan.Zero, waiting[0].Elapsed);
            Assert.True(route.Open.LongestSilence()!.Value.Time > waiting[^1].Elapsed || waiting.Count == 1);
            var index = random.Next(waiting.Count);
            waiting[index].Finish();
            waiting.RemoveAt(index);
        }

        Assert.Null(route.Open.LongestSilence());
        Assert.Null(route.Latency.Measure());
    }

    private static Exchange NewExchange(HttpRoute route) =>
        new(HttpTransformer.Default, route, new DefaultHttpContext(), route.Rules.Access.Anyone);
}
