using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Limits;

/// <summary>Clients that hold connections by being slow, in the ways of slowhttptest and by the program itself, beside others that are not.</summary>
public sealed class SlowClientTests
{
    private const string Range = "HEAD / HTTP/1.1\r\nHost: {host}\r\nRange: bytes=0-{ranges}\r\n\r\n";

    // Names below localhost are loopback to browsers and curl; slowhttptest asks the system, which need not know them.
    private const string WithHosts = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";

    private const int Rate = 200;

    private static readonly int Count = LoadSize.Of(60, 2000);

    /// <summary>How long slow clients are borne with; the gateway's own value at full size.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(LoadSize.Of(3, 20));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "slow")]
    public async Task Slow_ManyOfEachKind_AreGoneSoonAndOthersNoticeNothing()
    {
        await using var service = await HttpService.StartAsync(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.SlowClientTimeout = Patience);
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        var url = gateway.UrlOf(podId, service.Port);
        var ranges = string.Concat(Enumerable.Range(5, 1000).Select(end => $",5-{end}"));
        var kinds = new (string Name, string Head, string? More, TimeSpan Every)[]
        {
            ("headers", "GET / HTTP/1.1\r\nHost: {host}\r\n", "X-Slow: slow\r\n", Patience / 4),
            ("body", "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4096\r\n\r\n", "still coming, slowly...", Patience / 4),
            ("read", "GET /large HTTP/1.1\r\nHost: {host}\r\n\r\n", null, TimeSpan.FromSeconds(1)),
        };

        using var held = new HeldConnections(gateway.HttpsPort);
        using var done = new CancellationTokenSource();
        var good = Task.Run(() => AskAsync(client, url, done.Token), Cancel);
        var slow = new List<(string Name, Task<TimeSpan> Gone)>();
        for (var number = 0; number < Count; number++)
        {
            var (name, head, more, every) = kinds[number % kinds.Length];
            var socket = await SlowSocket.OpenAsync(gateway, url.Host);
            slow.Add((name, socket.BeSlowAsync(head.Replace("{host}", url.Authority, StringComparison.Ordinal), more, every, () => held.Now)));
            if (number % 10 == 0)
            {
                var answer = await RawClient.SendAsync(gateway, podId, service.Port,
                    Range.Replace("{ranges}", ranges, StringComparison.Ordinal).Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
                Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
            }
        }

        await Task.WhenAny(Task.WhenAll(slow.Select(item => item.Gone)), Task.Delay(Patience + Eventually.Deadline, Cancel));
        Assert.Equal("", string.Join(", ", slow.Where(item => !item.Gone.IsCompleted).CountBy(item => item.Name)));
        await done.CancelAsync();
        var answered = await good;
        foreach (var kind in slow.GroupBy(item => item.Name, item => item.Gone.Result))
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{kind.Count()} of slow {kind.Key}: gone after {kind.Min()} to {kind.Max()}");
            Assert.InRange(kind.Max(), TimeSpan.Zero, Patience + TimeSpan.FromSeconds(LoadSize.Of(60, 10)));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{answered} good requests meanwhile");
        Assert.InRange(answered, LoadSize.Of(1, 10), int.MaxValue);
    }

    [Fact]
    public async Task Get_AnswerNobodyTakes_LittleOfItWaitsInTheSystem()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What the system keeps is bounded on Linux.");
        await using var service = await HttpService.StartAsync(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port, "/large");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Cancel);
        await using var stream = await gateway.AuthenticateAsync(socket, url.Host);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /large HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"), Cancel);

        var (queue, unchanged) = (0L, 0);
        await Eventually.TrueAsync(
            () =>
            {
                var now = SendQueue.Count(gateway.HttpsPort, ((IPEndPoint)socket.LocalEndPoint!).Port);
                unchanged = now > 0 && now == queue ? unchanged + 1 : 0;
                queue = now;
                return unchanged == 50;
            },
            "The gateway waits for its client");

        Assert.InRange(queue, 1, 512 * 1024);
    }

    [Theory]
    [Trait("Load", "slow")]
    [InlineData("-H", "/")]
    [InlineData("-B", "/")]
    [InlineData("-R", "/")]
    [InlineData("-X", "/large")]
    public async Task Slow_SocketsOfTheProgram_AreGoneSoonAndOthersNoticeNothing(string mode, string path)
    {
        var program = RealProgram.Require("slowhttptest", "slowhttptest");
        var (denied, why) = await RealProgram.RunAsync("unshare", ["--map-root-user", "--mount", "true"]);
        Assert.SkipWhen(denied != 0, $"No namespace can be made here, in which the pod's name is known: {why}");
        await using var service = await HttpService.StartAsync(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.SlowClientTimeout = Patience);
        using var directory = new TempDirectory();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        await File.WriteAllTextAsync(directory.File("hosts"), $"127.0.0.1 localhost {url.Host}\n", Cancel);
        using var client = gateway.NewClient();
        using var held = new HeldConnections(gateway.HttpsPort);
        using var done = new CancellationTokenSource();
        var good = Task.Run(() => AskAsync(client, url, done.Token), Cancel);

        var output = await RealProgram.OutputOfAsync(
            "unshare",
            ["--map-root-user", "--mount", "sh", "-c", WithHosts, directory.File("hosts"), program, mode, "-u", new Uri(url, path).AbsoluteUri,
                "-c", $"{Count}", "-r", $"{Rate}", "-l", $"{LoadSize.Of(300, 60)}", "-i", "1", "-n", "1", "-p", "10"]);
        await done.CancelAsync();
        var answered = await good;

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"slowhttptest {mode}, {Count} sockets: held for {held.Longest.TotalSeconds:0.0} s at most, {answered} good requests meanwhile");

        // At full size a reader has taken a record of 16 KiB before its connection is reset, which it then reads for an hour; so there
        // the gateway's side counts. At small size the time does not: most of it is the program's own until its first bytes.
        Assert.InRange(held.Longest, TimeSpan.Zero, TimeSpan.FromSeconds(LoadSize.Of(300, 30)));
        Assert.True(LoadSize.IsFull || output.Contains("No open connections left", StringComparison.Ordinal), output);
        Assert.InRange(answered, LoadSize.Of(1, 10), int.MaxValue);
    }

    [Fact]
    public async Task Post_BodyThatHardlyComes_Is408ThatSaysWhy()
    {
        await using var service = await HttpService.StartAsync(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.SlowClientTimeout = TimeSpan.FromSeconds(2));
        var podId = gateway.Expose(service.Port);

        var answer = await RawClient.SendAsync(gateway, podId, service.Port, "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\n12345");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("came too slowly", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1", "stream up")]
    [InlineData("2.0", "stream up")]
    [InlineData("1.1", "slow service")]
    [InlineData("2.0", "slow service")]
    public async Task Send_SlowForAnotherReason_LivesOn(string version, string reason)
    {
        var patience = TimeSpan.FromSeconds(2);
        await using var service = await HttpService.StartAsync(async context =>
        {
            // It takes its time before it reads.
            await Task.Delay(reason == "slow service" ? patience * 2 : TimeSpan.Zero, Cancel);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Cancel);
            await context.Response.WriteAsync($"{body.Length}", Cancel);
        });
        await using var gateway = await GatewayHost.StartAsync(settings => settings.SlowClientTimeout = patience);
        using var client = gateway.NewClient(Version.Parse(version));
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        using HttpContent content = reason == "stream up" ? new TrickledContent(5, patience / 2) : new ByteArrayContent(new byte[3_000_000]);

        using var answer = await client.PostAsync(url, content, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(reason == "stream up" ? "5" : "3000000", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Get_PausedStreamOverHttp2_LivesOnBesideOthers()
    {
        var patience = TimeSpan.FromSeconds(2);
        await using var service = await HttpService.StartAsync(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.SlowClientTimeout = patience);
        using var client = gateway.NewClient(HttpVersion.Version20);
        var podId = gateway.Expose(service.Port);
        using var paused = await client.GetAsync(
            gateway.UrlOf(podId, service.Port, "/large"), HttpCompletionOption.ResponseHeadersRead, Cancel);

        for (var watch = Stopwatch.StartNew(); watch.Elapsed < patience * 2.5;)
        {
            Assert.Equal("ok", await client.GetStringAsync(gateway.UrlOf(podId, service.Port), Cancel));
        }

        using var body = new MemoryStream();
        await paused.Content.CopyToAsync(body, Cancel);
        Assert.Equal(30 << 20, body.Length);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/large")
        {
            var part = new byte[1 << 20];
            for (var number = 0; number < 30; number++)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }

            return;
        }

        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        await context.Response.WriteAsync("ok", context.RequestAborted);
    }

    private static async Task<int> AskAsync(HttpClient client, Uri url, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.ConnectionClose = count % 10 == 0;
            using var answer = await client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("ok", await answer.Content.ReadAsStringAsync(Cancel));
        }

        return count;
    }

    /// <summary>A body without a length that comes a byte at a time.</summary>
    private sealed class TrickledContent(int bytes, TimeSpan pause) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var number = 0; number < bytes; number++)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes("x"), Cancel);
                await stream.FlushAsync(Cancel);
                await Task.Delay(pause, Cancel);
            }
        }

        protected override bool TryComputeLength(out long length) => (length = 0) > 0;
    }
}
