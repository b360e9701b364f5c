using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Answers that take their time: WebSockets, event streams, and answers that break off.</summary>
public sealed class StreamingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task WebSocket_EchoService_EchoesAndCloses(string version)
    {
        await using var service = await HttpService.StartAsync(EchoAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var socket = await OpenAsync(gateway, gateway.UrlOf(podId, service.Port), version);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var buffer = new byte[64];
        var echo = await socket.ReceiveAsync(buffer, Cancel);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, echo.Count));
        Assert.Equal(1, gateway.Routes.CountRequests(podId, service.Port));

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await Eventually.TrueAsync(() => gateway.Routes.CountRequests(podId, service.Port) == 0, "the WebSocket is counted out");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task EventStream_EventsAndSilence_ArriveUnbuffered(string version)
    {
        using var next = new SemaphoreSlim(0);
        await using var service = await HttpService.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync($"data: {i}\n\n");
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));

        // The head arrives before any event, each event before the next one is sent.
        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Cancel));
            Assert.Equal("", await reader.ReadLineAsync(Cancel));
        }

        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task EventStream_LongerThanTheTimeoutButNeverSilentFor_LivesOn()
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            for (var i = 0; i < 20; i++)
            {
                await timer.WaitForNextTickAsync(context.RequestAborted);
                await context.Response.WriteAsync(".");
            }
        });
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ResponseTimeout = TimeSpan.FromSeconds(1));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        Assert.Equal(new string('.', 20), await client.GetStringAsync(gateway.UrlOf(podId, service.Port), Cancel));
    }

    [Theory]
    [InlineData("1.1", "Content-Length: 100\r\n\r\nonly this", "reset")]
    [InlineData("1.1", "Content-Length: 100\r\n\r\nonly this", "close")]
    [InlineData("1.1", "Content-Length: 100\r\n\r\nonly this", "hang")]
    [InlineData("1.1", "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", "close")]
    [InlineData("1.1", "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", "hang")]
    [InlineData("1.1", "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\nzz\r\n", "close")]
    [InlineData("2.0", "Content-Length: 100\r\n\r\nonly this", "reset")]
    [InlineData("2.0", "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", "close")]
    [InlineData("2.0", "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", "hang")]
    public async Task Get_ServiceBreaksOffMidBody_ClientSeesACut(string version, string answer, string fault)
    {
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\n{answer}");
            if (fault == "hang")
            {
                await connection.HangAsync();
            }
            else if (fault == "reset")
            {
                connection.Reset();
            }
        });
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ResponseTimeout = TimeSpan.FromMilliseconds(500));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));

        // Before anything went out a clear answer is better; after that only a cut tells the truth.
        var failure = await Record.ExceptionAsync(async () =>
        {
            using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        });
        Assert.True(failure is null or HttpRequestException, $"{failure}");
    }

    [Fact]
    public async Task Get_ClientGoesAway_ServiceIsToldAndTheRequestIsCountedOut()
    {
        var aborted = new TaskCompletionSource();
        await using var service = await HttpService.StartAsync(async context =>
        {
            await context.Response.WriteAsync("start");
            await context.Response.Body.FlushAsync();
            using var registration = context.RequestAborted.Register(() => aborted.TrySetResult());
            await aborted.Task;
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using (var client = gateway.NewClient())
        {
            using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), HttpCompletionOption.ResponseHeadersRead, Cancel);
        }

        await aborted.Task.WaitAsync(Eventually.Deadline, Cancel);
        await Eventually.TrueAsync(() => gateway.Routes.CountRequests(podId, service.Port) == 0, "the request is counted out");
    }

    private static async Task<ClientWebSocket> OpenAsync(GatewayHost gateway, Uri url, string version)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(gateway.NewHandler(), disposeHandler: false);
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "wss" }.Uri, invoker, Cancel);
        return socket;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[64];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
        {
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
    }
}
