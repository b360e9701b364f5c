using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Transfers that go on for ever while one side takes nothing. The console is a process of its own.</summary>
public sealed class BackpressureTests
{
    private const int KiB = 1024;

    /// <summary>
    /// What Kestrel takes of a stream over HTTP/2 before the pod takes it: the window that it offers. It is left at its default,
    /// because it is also all that can be under way: 96 KiB in its place would let an upload over a line with 100 ms there and back
    /// have less than 1 MiB per second.
    /// </summary>
    private const int StreamWindow = 768 * KiB;

    private const int Most = 128 * KiB;

    // A process grows by some megabytes of its own when it works, whatever for: many clients, or each would seem to hold a share.
    private static readonly int Clients = LoadSize.Of(10, 400);
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(LoadSize.Of(2, 60));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Load", "backpressure")]
    [InlineData("1.1", Most)]
    [InlineData("2.0", StreamWindow + Most)]
    public Task Post_PodThatDoesNotRead_HoldsLittleOfWhatEachClientSends(string version, int most) => MeasureAsync(
        version, most, async (client, console, moved, stop) =>
        {
            using var content = new EndlessContent(moved, stop);
            using var answer = await client.PostAsync(console.UrlOf("/slow?seconds=86400"), content, stop);
        });

    [Theory]
    [Trait("Load", "backpressure")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public Task Get_ClientThatDoesNotRead_HoldsLittleOfEachAnswer(string version) => MeasureAsync(
        version, Most, async (client, console, _, stop) =>
        {
            var url = console.UrlOf($"/download?bytes={1L << 40}");
            using var answer = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stop);
            await Task.Delay(Timeout.Infinite, stop);
        });

    private static async Task MeasureAsync(string version, int most, Func<HttpClient, DemoConsole, Action<int>, CancellationToken, Task> stallAsync)
    {
        // Slow clients are ended: here they are borne with, for their memory.
        await using var console = await DemoConsole.StartAsync(DemoConsole.OftenCollected, "Gateway:MinClientRate=0");
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => OpenAsync(console, Version.Parse(version))));
        var (before, peak, moved) = (console.Memory, 0L, 0L);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        stop.CancelAfter(Stalled);

        var running = clients.Select(client => StallAsync(client)).ToList();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(Cancelled))
        {
            peak = Math.Max(peak, console.Memory);
        }

        await Task.WhenAll(running);
        Array.ForEach(clients, client => client.Dispose());
        var growth = (peak - before) / Clients;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"HTTP/{version}: {Clients} clients for {Stalled.TotalSeconds:0} s, {moved / Clients / KiB} KiB sent by each, {growth / KiB} KiB each held by the console");
        Assert.InRange(growth, long.MinValue, LoadSize.IsFull ? most : 8 * most);

        async Task StallAsync(HttpClient client)
        {
            try
            {
                await stallAsync(client, console, bytes => Interlocked.Add(ref moved, bytes), stop.Token);
                Assert.Fail("It ended by itself.");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The time is over.
            }
        }
    }

    // A connection of its own, which has seen transfers both ways.
    private static async Task<HttpClient> OpenAsync(DemoConsole console, Version version)
    {
        var client = new HttpClient(await console.NewHandlerAsync())
        {
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var content = new ByteArrayContent(new byte[2 * KiB * KiB]);
        using var sent = await client.PostAsync(console.UrlOf("/upload"), content, Cancelled);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        Assert.Equal(2 * KiB * KiB, (await client.GetByteArrayAsync(console.UrlOf($"/download?bytes={2 * KiB * KiB}"), Cancelled)).Length);
        return client;
    }

    private sealed class EndlessContent(Action<int> sent, CancellationToken stop) : HttpContent
    {
        private static readonly byte[] Chunk = new byte[64 * KiB];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            while (true)
            {
                await stream.WriteAsync(Chunk, stop);
                sent(Chunk.Length);
            }
        }

        protected override bool TryComputeLength(out long length) => (length = 0) > 0;
    }
}
