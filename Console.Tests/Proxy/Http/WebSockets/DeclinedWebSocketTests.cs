using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>A service that is asked for a WebSocket and answers otherwise is treated as for any other request.</summary>
public sealed class DeclinedWebSocketTests
{
    // Long enough for a busy machine to be late with a part.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(8)]
    public async Task Get_AnswerLongerThanTheLimit_IsWhole(int? length)
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            context.Response.ContentLength = length;
            for (var part = 0; part < 8; part++)
            {
                await context.Response.WriteAsync(".", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Limit / 4, context.RequestAborted);
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();
        using var request = NewRequest(Serve(gateway, service));

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("........", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Get_AnswerFallsSilent_IsAStreamThatIsCut()
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            await context.Response.WriteAsync(".", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();
        var url = Serve(gateway, service);
        using var request = NewRequest(url);
        HttpRoute Route() => gateway.Routes.Find(PodId.Parse(url.Host.Split('-')[0]), service.Port)!;

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var kind = Route().Open.LongestSilence()?.Kind;

        Assert.Equal(SilentKind.Stream, kind);
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await answer.Content.ReadAsStreamAsync(Cancel)).CopyToAsync(Stream.Null, Cancel));
        await Eventually.TrueAsync(() => SlowWarning.Of(Route()).StartsWith("Lately an answer was cut in the middle", StringComparison.Ordinal), "a warning");
    }

    [Theory]
    [InlineData(200, HttpStatusCode.BadGateway)]
    [InlineData(404, HttpStatusCode.NotFound)]
    public async Task Connect_Http2AndTheServiceAnswersOtherwise_IsNoWebSocket(int answered, HttpStatusCode expected)
    {
        await using var service = await HttpService.StartAsync(context =>
        {
            context.Response.StatusCode = answered;
            return context.Response.WriteAsync("a page");
        });
        await using var gateway = await GatewayHost.StartAsync();
        using var invoker = new HttpMessageInvoker(gateway.NewHandler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new UriBuilder(Serve(gateway, service)) { Scheme = "wss" }.Uri, invoker, Cancel));

        Assert.Equal(expected, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("SPDY/3.1")]
    [InlineData("h2c, spdy/3.1")]
    public async Task Send_UpgradeToSpdy_IsAnOrdinaryRequest(string upgrade)
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Method} {context.Request.Headers.Upgrade}"));
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Delete, Serve(gateway, service));
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", upgrade);

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal("DELETE ", await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static Uri Serve(GatewayHost gateway, HttpService service)
    {
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(service.Port, new() { ResponseTimeout = Limit }, []));
        return gateway.UrlOf(podId, service.Port);
    }

    private static HttpRequestMessage NewRequest(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        return request;
    }
}
