using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Latency;

/// <summary>Silence ends a request, total time does not; and the end explains itself.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_ServiceSilent_Is524WithEvidence(string version)
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient(Version.Parse(version));
        for (var quick = 0; quick < 3; quick++)
        {
            using var answered = await client.GetAsync(new Uri(silent.Url, "/quick"), Cancel);
        }

        using var answer = await client.GetAsync(silent.Url, Cancel);

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.InRange(problem.GetProperty("waitedSeconds").GetDouble(), 0.9, 20);
        Assert.Equal(1, problem.GetProperty("allowedSeconds").GetDouble());
        Assert.Equal(4, problem.GetProperty("recentAnswers").GetInt32());
        Assert.InRange(problem.GetProperty("medianSeconds").GetDouble(), 0, problem.GetProperty("p95Seconds").GetDouble());
        Assert.Equal(answer.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Get_ServiceSilent_PageShowsTheEvidenceAndAdvice()
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, silent.Url);
        request.Headers.Accept.ParseAdd("text/html");

        using var answer = await client.SendAsync(request, Cancel);

        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<dt>Silence allowed here</dt><dd>1 s</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>This request waited</dt>", page, StringComparison.Ordinal);
        Assert.Contains("tream output", page, StringComparison.Ordinal);
        Assert.Contains("TCP port", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StreamLongerThanTheLimit_IsWhole()
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient();

        var text = await client.GetStringAsync(new Uri(silent.Url, "/stream"), Cancel);

        Assert.Equal("........", text);
    }

    [Fact]
    public async Task Get_LongWait_WarnsTheOwnerFromFourFifthsOn()
    {
        // Long enough to be seen in its last fifth on a busy machine.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(10));
        using var client = silent.Gateway.NewClient();
        HttpRoute Route() => silent.Gateway.Routes.Find(silent.PodId, silent.Port)!;
        Assert.Equal("", SlowWarning.Of(Route()));

        var waiting = client.GetAsync(silent.Url, Cancel);
        await Eventually.TrueAsync(() => SlowWarning.Of(Route()).StartsWith("A request has waited for more than 8 s.", StringComparison.Ordinal), "a warning");
        using var answer = await waiting;

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        await Eventually.TrueAsync(() => SlowWarning.Of(Route()).StartsWith("Lately a request waited 1", StringComparison.Ordinal), "a memory");
    }

    [Fact]
    public async Task Get_LongWaitBesideASilentWebSocketThatIsKept_WarnsOfTheRequest()
    {
        // Long enough to be seen in its last fifth on a busy machine.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(10), keepsWebSockets: true);
        using var client = silent.Gateway.NewClient();

        // It never reads, so it answers no ping, and has been silent for longer than the request.
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(silent.Url) { Scheme = "wss" }.Uri, client, Cancel);
        var waiting = client.GetAsync(silent.Url, Cancel);

        await Eventually.TrueAsync(
            () => SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)).StartsWith("A request has waited for more than 8 s.", StringComparison.Ordinal),
            "a warning");
        using var answer = await waiting;
    }

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    [InlineData("2.0", true)]
    [InlineData("2.0", false)]
    public async Task Post_LargeBodyAndLongWait_WarnsTheOwnerAndIs524(string version, bool isRead)
    {
        // Long enough to connect and to send on a busy machine.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(4));
        using var client = silent.Gateway.NewClient(Version.Parse(version));
        HttpRoute Route() => silent.Gateway.Routes.Find(silent.PodId, silent.Port)!;

        using var content = new ByteArrayContent(new byte[1 << 20]);
        var waiting = client.PostAsync(new Uri(silent.Url, isRead ? "/read" : "/"), content, Cancel);
        await Eventually.TrueAsync(() => Route().Open.LongestSilence() is { Kind: SilentKind.Request, Time.TotalSeconds: > 0.5 }, "it waits");

        // Neither the service nor the gateway may be lost to a collection while nothing passes.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var answer = await waiting;

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        Assert.StartsWith("Lately a request waited ", SlowWarning.Of(Route()), StringComparison.Ordinal);
        Assert.Equal(1, Route().Latency.Measure()!.Value.Count);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Post_BodyTakesLongerThanTheLimit_ItsTimeIsNoWait(string version)
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient(Version.Parse(version));
        using var content = new SlowContent();

        using var answer = await client.PostAsync(new Uri(silent.Url, "/read"), content, Cancel);

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        var waited = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("waitedSeconds").GetDouble();
        Assert.InRange(waited, 0.9, Stopwatch.GetElapsedTime(content.LastPart).TotalSeconds);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_AnswerFallsSilentInTheMiddle_IsCutAndWarnsTheOwner(string version)
    {
        // Long enough for the answer to begin on a busy machine, or it would be a 524.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(5));
        using var client = silent.Gateway.NewClient(Version.Parse(version));

        var reading = client.GetStringAsync(new Uri(silent.Url, "/pause"), Cancel);
        await Eventually.TrueAsync(
            () => SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)).StartsWith("A stream has been silent for more than 4 s.", StringComparison.Ordinal),
            "a warning ahead of the cut");
        await Assert.ThrowsAsync<HttpRequestException>(() => reading);

        await Eventually.TrueAsync(
            () => SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)).StartsWith("Lately an answer was cut in the middle after 5 s of silence.", StringComparison.Ordinal),
            "a warning");
    }

    [Fact]
    public async Task Get_QuickAnswers_WarnNobody()
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient();

        using var answered = await client.GetAsync(new Uri(silent.Url, "/quick"), Cancel);

        Assert.Equal("", SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)));
    }

    [Fact]
    public void Of_OwnTimeOut_IsBoundedByTheAdministrators()
    {
        var settings = new PodConsole.Domain.Settings.GatewaySettings { MaxResponseTimeout = TimeSpan.FromMinutes(5) };

        Assert.Equal(TimeSpan.FromSeconds(100), RouteRules.Of(WantedRoute.Open(1), settings, TimeProvider.System, null).Silence);
        Assert.Equal(TimeSpan.FromSeconds(200), Rules(200).Silence);
        Assert.Equal(TimeSpan.FromMinutes(5), Rules(4000).Silence);

        RouteRules Rules(int seconds) => RouteRules.Of(new(1, new() { ResponseTimeout = TimeSpan.FromSeconds(seconds) }, []), settings, TimeProvider.System, null);
    }

    private sealed class SilentPort(GatewayHost gateway, HttpService service) : IAsyncDisposable
    {
        public GatewayHost Gateway => gateway;

        public PodId PodId { get; } = PodId.New();

        public int Port => service.Port;

        public Uri Url => gateway.UrlOf(PodId, service.Port);

        public static async Task<SilentPort> StartAsync(TimeSpan? limit = null, bool keepsWebSockets = false)
        {
            var service = await HttpService.StartAsync(AnswerAsync);
            var port = new SilentPort(await GatewayHost.StartAsync(), service);
            port.Gateway.Serve(port.PodId, new WantedRoute(service.Port, new PortOptions { ResponseTimeout = limit ?? Limit, KeepWebSocketsOpen = keepsWebSockets }, []));
            return port;
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await service.DisposeAsync();
        }

        private static async Task AnswerAsync(HttpContext context)
        {
            if (context.WebSockets.IsWebSocketRequest)
            {
                await context.WebSockets.AcceptWebSocketAsync();
            }

            if (context.Request.Path == "/quick")
            {
                await context.Response.WriteAsync("quick");
                return;
            }

            if (context.Request.Path == "/read")
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            }

            if (context.Request.Path == "/pause")
            {
                await context.Response.WriteAsync(".", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            for (var part = 0; context.Request.Path == "/stream" && part < 8; part++)
            {
                await context.Response.WriteAsync(".", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(250), context.RequestAborted);
            }

            if (context.Request.Path != "/stream")
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        }
    }

    // Twice as long as the limit, and never silent for as long.
    private sealed class SlowContent : HttpContent
    {
        public long LastPart { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var part = 0; part < 8; part++)
            {
                await Task.Delay(Limit / 4, Cancel);
                LastPart = Stopwatch.GetTimestamp();
                await stream.WriteAsync(new byte[10], Cancel);
                await stream.FlushAsync(Cancel);
            }
        }

        protected override bool TryComputeLength(out long length) => (length = 0) > 0;
    }
}
