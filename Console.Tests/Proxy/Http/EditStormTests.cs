using System.Data.Common;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>
/// Ports that are edited all the time, through the database, while others are in use. A route change is one port that is added or
/// taken away; an edit makes several.
/// </summary>
public sealed class EditStormTests
{
    private const int ChangesPerSecond = 1000;
    private const int Editors = 8;

    // From the commit of an edit to the first answer of a new port, and to the first refusal of one that is gone.
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(100);

    // Each edit takes this many ports away, or brings them back.
    private const int PortsPerEdit = 9;

    // The others are in use all the time; that they take all the processor there is, is not what is measured.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(LoadSize.Of(2, 60));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "edits")]
    public async Task Edit_ThousandRouteChangesPerSecond_OtherHostsLoseNothingAndEachActsAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var commits = new CommitClock();
        await using var pods = await PublishedPods.StartAsync(services: services => services
            .AddSingleton(gateway.Routes)
            .ConfigureDbContext<ConsoleDbContext>(options => options.AddInterceptors(commits)));
        await using var kept = await HttpService.StartAsync(context => context.Response.WriteAsync("kept"));
        await using var added = await HttpService.StartAsync(context => context.Response.WriteAsync("added"));
        using var client = gateway.NewClient();
        var untouched = await pods.Domain.DeployAsync($"{kept.Port}", "");
        var edited = await Task.WhenAll(Enumerable.Range(0, Editors).Select(_ => pods.Domain.DeployAsync($"{kept.Port}", "")));

        using var done = new CancellationTokenSource();
        var traffic = edited.Append(untouched).Append(untouched)
            .Select(pod => Task.Run(() => AskAsync(client, gateway.UrlOf(pod.Id, kept.Port), done.Token), Cancel)).ToList();
        var watch = Stopwatch.StartNew();
        var edits = await Task.WhenAll(edited.Select(pod => Task.Run(() => EditAsync(pods, commits, gateway, client, pod, kept.Port, added.Port), Cancel)));
        var took = watch.Elapsed;
        await done.CancelAsync();
        var answered = (await Task.WhenAll(traffic)).Sum();

        var acted = edits.SelectMany(edit => edit).ToList();
        var rate = acted.Count * PortsPerEdit / took.TotalSeconds;
        Write($"{rate:F0} route changes/s for {took.TotalSeconds:F0} s, {answered} requests on kept ports answered");
        var slowest = acted.GroupBy(item => item.Adds).ToDictionary(group => group.Key, group => Summarize(group.Key, [.. group.Select(item => item.Time).Order()]));
        Assert.InRange(answered, 20, int.MaxValue);
        if (LoadSize.IsFull)
        {
            Assert.All(slowest.Values, p99 => Assert.InRange(p99, TimeSpan.Zero, Promised));
            Assert.InRange(rate, ChangesPerSecond * 0.99, double.MaxValue);
        }
    }

    private static TimeSpan Summarize(bool adds, List<TimeSpan> times)
    {
        var p99 = times[times.Count * 99 / 100];
        Write($"edit to {(adds ? "first answer" : "refusal")}: median {times[times.Count / 2].TotalMilliseconds:F1} ms, p99 {p99.TotalMilliseconds:F1} ms, most {times[^1].TotalMilliseconds:F1} ms");
        return p99;
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    // The first request after each edit must meet it: the saved edit has acted when its call returns.
    private static async Task<List<(bool Adds, TimeSpan Time)>> EditAsync(
        PublishedPods pods, CommitClock commits, GatewayHost gateway, HttpClient client, Pod pod, int kept, int added)
    {
        var acted = new List<(bool Adds, TimeSpan Time)>();
        var others = string.Join(",", Enumerable.Range(1, PortsPerEdit - 1).Select(number => number + 2000));
        var pause = TimeSpan.FromSeconds((double)PortsPerEdit * Editors / ChangesPerSecond);
        var watch = Stopwatch.StartNew();
        for (var number = 0; watch.Elapsed < Duration; number++)
        {
            var adds = number % 2 == 0;
            var committed = commits.Begin();
            await pods.EditAsync(pod, adds ? $"{kept},{added},{others}" : $"{kept}", "");
            Assert.NotEqual(0, committed.Value);
            using var answer = await client.GetAsync(gateway.UrlOf(pod.Id, added), Cancel);
            acted.Add((adds, Stopwatch.GetElapsedTime(committed.Value)));
            Assert.Equal(adds ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
            if (pause * (number + 1) - watch.Elapsed is { Ticks: > 0 } early)
            {
                await Task.Delay(early, Cancel);
            }
        }

        return acted;
    }

    private static async Task<int> AskAsync(HttpClient client, Uri url, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            Assert.Equal("kept", await client.GetStringAsync(url, Cancel));
            await Task.Delay(Pause, Cancel);
        }

        return count;
    }

    // Of each editor its own: what flows with its calls.
    private sealed class CommitClock : DbTransactionInterceptor
    {
        private readonly AsyncLocal<StrongBox<long>?> _last = new();

        /// <summary>Where the timestamp of the last commit that the caller makes from now on is found.</summary>
        public StrongBox<long> Begin() => _last.Value = new();

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            _last.Value?.Value = Stopwatch.GetTimestamp();
            return Task.CompletedTask;
        }
    }
}
