using System.Net;
using System.Net.WebSockets;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>How silence ends WebSockets, and what keeps quiet ones open.</summary>
public sealed class WebSocketSilenceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 60, false)]
    [InlineData(60, 1, true)]
    public async Task Set_TimeoutOfAnOpenWebSocket_ActsOnIt(int before, int after, bool ends)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(before) });
        using var socket = await echo.OpenAsync("1.1");
        await socket.EchoAsync(100);
        var closing = socket.ReadCloseAsync();

        echo.Serve(new() { ResponseTimeout = TimeSpan.FromSeconds(after) });

        // Longer than the old time-out, and than an edit needs to be seen.
        Assert.Equal(ends, await Task.WhenAny(closing, Task.Delay(TimeSpan.FromSeconds(ends ? 10 : 3), Cancel)) == closing);
        Assert.Equal(ends ? EchoSocket.GoingAway : null, ends ? await closing : null);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Silence_LongerThanAllowed_WarnsTheOwnerAndEndsWithGoingAway(string version)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(10) });
        using var socket = await echo.OpenAsync(version);
        await socket.EchoAsync(100);
        Assert.Equal("", echo.Warning);

        await Eventually.TrueAsync(
            () => echo.Warning == "A WebSocket has been silent for more than 8 s. After 10 s of silence it ends. "
                + "Turn on Keep quiet WebSockets open in the port's settings, or let the program send pings.",
            "a warning");
        Assert.Equal(EchoSocket.GoingAway, await socket.ReadCloseAsync());
        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
        await Eventually.TrueAsync(() => echo.Warning.StartsWith("Lately a WebSocket was ended after 10 s of silence.", StringComparison.Ordinal), "a memory");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Silence_KeptOpen_LivesOn(string version)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(3), KeepWebSocketsOpen = true });
        using var socket = await echo.OpenAsync(version);
        var reading = socket.ReceiveAsync(new byte[100], Cancel);

        // The client's answers to the gateway's pings are what keeps it: it must be reading.
        var first = await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(7), Cancel));

        Assert.NotSame(reading, first);
        await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal(1, (await reading).Count);
        Assert.Equal("", echo.Warning);
    }

    [Fact]
    public async Task Silence_KeptOpenButTheClientIsDead_Ends()
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(1), KeepWebSocketsOpen = true });
        using var socket = await echo.OpenAsync("1.1");

        // It never reads, so it answers no ping.
        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Connect_PodSilentBeforeItAnswers_Is524()
    {
        await using var service = await HttpService.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(service.Port, new() { ResponseTimeout = TimeSpan.FromSeconds(1) }, []));
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(podId, service.Port));
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
    }
}
