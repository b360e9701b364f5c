using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Proxy.Publishing;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>Services that begin and cease to listen, which nothing announces.</summary>
public sealed class PortProberTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachSecond_ServiceBeginsAndStops_PortsBecomeLiveAndWaitAgain()
    {
        await using var pods = await PublishedPods.StartAsync();
        var holder = PortHolderKind.Nobody;
        pods.Domain.Runtime.PortHolder = (_, _, _) => new(holder);
        var pod = await pods.Domain.DeployAsync("8888", "22");
        await pods.WaitForAsync(pod.Id, 8888, PortState.Waiting, "Nothing listens");
        var clock = new FakeTimeProvider();
        using var prober = new PortProber(pods.Publisher, clock);
        await prober.StartAsync(Cancelled);

        holder = PortHolderKind.Pod;
        await AdvanceUntilAsync(PortState.Live);
        holder = PortHolderKind.Nobody;
        await AdvanceUntilAsync(PortState.Waiting);
        await prober.StopAsync(Cancelled);

        Task AdvanceUntilAsync(PortState state) => Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return pods.Publisher.Find(pod.Id).Ports.All(port => port.State == state);
            },
            $"both ports are {state}");
    }

    [Fact]
    public async Task Probe_RequestNearsTheTimeOut_ReportOfItsPortWarns()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888, 8889", "");
        await pods.WaitForAsync(pod.Id, 8888, PortState.Live);
        var route = pods.Route(pod.Id, 8888)!;

        SlowWarning.Note(route, route.Rules.Silence * 0.79);
        await pods.Publisher.ProbeAsync();
        Assert.Equal("", pods.Find(pod.Id, 8888)!.Warning);

        SlowWarning.Note(route, route.Rules.Silence * 0.81);
        await pods.Publisher.ProbeAsync();
        Assert.StartsWith("Lately a request waited 81 s; after 100 s of silence it ends with status 524.", pods.Find(pod.Id, 8888)!.Warning, StringComparison.Ordinal);
        Assert.Equal("", pods.Find(pod.Id, 8889)!.Warning);
    }

    [Fact]
    public async Task Probe_OnePodCannotBeLookedAt_TheOthersAreStillFollowed()
    {
        await using var pods = await PublishedPods.StartAsync();
        var broken = new ConcurrentDictionary<PodId, bool>();
        var holder = PortHolderKind.Nobody;
        pods.Domain.Runtime.PortHolder = (podId, _, _) => broken.ContainsKey(podId) ? throw new IOException("/proc is gone") : new(holder);
        List<Pod> all = [];
        for (var number = 0; number < 4; number++)
        {
            all.Add(await pods.Domain.DeployAsync("8888", ""));
            await pods.WaitForAsync(all[^1].Id, 8888, PortState.Waiting, "Nothing listens");
        }

        // Whatever order they are looked at in: one of the two broken ones comes before a good one.
        foreach (var bad in all.Take(2))
        {
            broken[bad.Id] = true;
        }

        holder = PortHolderKind.Pod;
        await pods.Publisher.ProbeAsync();

        Assert.All(all.Skip(2), pod => Assert.Equal(PortState.Live, pods.Find(pod.Id, 8888)!.State));
        Assert.All(all.Take(2), pod => Assert.Equal(PortState.Waiting, pods.Find(pod.Id, 8888)!.State));
    }
}
