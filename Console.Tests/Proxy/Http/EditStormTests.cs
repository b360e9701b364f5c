using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Ports that are edited all the time, through the database, while others are in use.</summary>
public sealed class EditStormTests
{
    private const int ChangesPerSecond = 1000;
    private const int Editors = 4;

    // Each edit takes this many ports away, or brings them back.
    private const int PortsPerEdit = 9;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(LoadSize.Of(2, 60));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "edits")]
    public async Task Edit_ThousandRouteChangesPerSecond_OtherHostsLoseNothingAndEachActsAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await using var pods = await PublishedPods.StartAsync(services: services => services.AddSingleton(gateway.Routes));
        await using var kept = await HttpService.StartAsync(context => context.Response.WriteAsync("kept"));
        await using var added = await HttpService.StartAsync(context => context.Response.WriteAsync("added"));
        using var client = gateway.NewClient();
        var untouched = await pods.Domain.DeployAsync($"{kept.Port}", "");
        var edited = await Task.WhenAll(Enumerable.Range(0, Editors).Select(_ => pods.Domain.DeployAsync($"{kept.Port}", "")));

        using var done = new CancellationTokenSource();
        var traffic = edited.Append(untouched).Append(untouched)
            .Select(pod => Task.Run(() => AskAsync(client, gateway.UrlOf(pod.Id, kept.Port), done.Token), Cancel)).ToList();
        var watch = Stopwatch.StartNew();
        var edits = await Task.WhenAll(edited.Select(pod => Task.Run(() => EditAsync(pods, gateway, client, pod, kept.Port, added.Port), Cancel)));
        var took = watch.Elapsed;
        await done.CancelAsync();
        var answered = (await Task.WhenAll(traffic)).Sum();

        var times = edits.SelectMany(edit => edit).Order().ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{times.Count * PortsPerEdit / took.TotalSeconds:F0} route changes/s for {took.TotalSeconds:F0} s, {answered} requests on kept ports answered; "
            + $"edit to answer: median {times[times.Count / 2].TotalMilliseconds:F1} ms, p99 {times[times.Count * 99 / 100].TotalMilliseconds:F1} ms");
        Assert.InRange(answered, 20, int.MaxValue);
    }

    // The first request after each edit must meet it: the saved edit has acted when its call returns.
    private static async Task<List<TimeSpan>> EditAsync(
        PublishedPods pods, GatewayHost gateway, HttpClient client, Pod pod, int kept, int added)
    {
        var times = new List<TimeSpan>();
        var others = string.Join(",", Enumerable.Range(1, PortsPerEdit - 1).Select(number => number + 2000));
        var pause = TimeSpan.FromSeconds((double)PortsPerEdit * Editors / ChangesPerSecond);
        var watch = Stopwatch.StartNew();
        for (var number = 0; watch.Elapsed < Duration; number++)
        {
            var adds = number % 2 == 0;
            await pods.EditAsync(pod, adds ? $"{kept},{added},{others}" : $"{kept}", "");
            var saved = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(gateway.UrlOf(pod.Id, added), Cancel);
            times.Add(Stopwatch.GetElapsedTime(saved));
            Assert.Equal(adds ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
            if (pause * (number + 1) - watch.Elapsed is { Ticks: > 0 } early)
            {
                await Task.Delay(early, Cancel);
            }
        }

        return times;
    }

    private static async Task<int> AskAsync(HttpClient client, Uri url, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            Assert.Equal("kept", await client.GetStringAsync(url, Cancel));
        }

        return count;
    }
}
