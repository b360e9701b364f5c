using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>How WebSockets end when the console, the route or the silence ends them, and that nothing else touches their bytes.</summary>
public sealed class WebSocketSessionTests
{
    private const WebSocketCloseStatus GoingAway = WebSocketCloseStatus.EndpointUnavailable;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Stop_OpenWebSocket_GetsGoingAwayAtOnceOnBothSides(string version)
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync(version);
        await EchoAsync(socket, 100);

        var stopping = echo.Gateway.StopAsync();

        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        await socket.CloseOutputAsync(GoingAway, "", Cancel);
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
        await stopping.WaitAsync(Eventually.Deadline, Cancel);
    }

    [Fact]
    public async Task Stop_ClientThatDoesNotAnswer_IsCutSoon()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync("1.1");
        await EchoAsync(socket, 100);

        await echo.Gateway.StopAsync().WaitAsync(Eventually.Deadline, Cancel);

        Assert.Equal(GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Set_PortRemoved_WebSocketLivesForTheDrainTimeThenGetsGoingAway()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(700));
        using var socket = await echo.OpenAsync("1.1");
        await EchoAsync(socket, 100);

        echo.Gateway.Serve(echo.PodId);

        await EchoAsync(socket, 100);
        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Set_PodStopped_WebSocketOverHttp2GetsGoingAway()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(200));
        using var socket = await echo.OpenAsync("2.0");
        await EchoAsync(socket, 100);

        echo.Gateway.Routes.Set(echo.Gateway.NewPod(echo.PodId, PodStatus.Exited, null));

        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Stop_WebSocketOfARemovedPort_GetsGoingAwayAtOnce()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync("1.1");
        await EchoAsync(socket, 100);
        echo.Gateway.Serve(echo.PodId);

        var stopping = echo.Gateway.StopAsync();

        Assert.Equal(GoingAway, await ReadCloseAsync(socket).WaitAsync(Eventually.Deadline, Cancel));
        await stopping.WaitAsync(Eventually.Deadline, Cancel);
    }

    [Theory]
    [InlineData(1, 60, false)]
    [InlineData(60, 1, true)]
    public async Task Set_TimeoutOfAnOpenWebSocket_ActsOnIt(int before, int after, bool ends)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(before) });
        using var socket = await echo.OpenAsync("1.1");
        await EchoAsync(socket, 100);
        var closing = ReadCloseAsync(socket);

        echo.Serve(new() { ResponseTimeout = TimeSpan.FromSeconds(after) });

        // Longer than the old time-out, and than an edit needs to be seen.
        Assert.Equal(ends, await Task.WhenAny(closing, Task.Delay(TimeSpan.FromSeconds(ends ? 10 : 3), Cancel)) == closing);
        Assert.Equal(ends ? GoingAway : null, ends ? await closing : null);
    }

    [Fact]
    public async Task Stop_BytesThatAreNoFrames_PassUntouchedAndNothingIsPutIn()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        bytes[0] = 0xFF;
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await HttpService.StartAsync(async context =>
        {
            context.Response.Headers.Upgrade = "websocket";
            await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await stream.WriteAsync(bytes, Cancel);
            var buffer = new byte[bytes.Length];
            await stream.ReadExactlyAsync(buffer, Cancel);
            received.SetResult(buffer);
            await stream.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        await using var client = await gateway.ConnectAsync(url.Host);
        await client.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Cancel);
        await client.WriteAsync(bytes, Cancel);
        Assert.Equal(bytes, await received.Task.WaitAsync(Eventually.Deadline, Cancel));

        await gateway.StopAsync().WaitAsync(Eventually.Deadline, Cancel);

        using var answer = new MemoryStream();
        try
        {
            await client.CopyToAsync(answer, Cancel);
        }
        catch (IOException)
        {
            // It is cut, which is what clients of something that is no WebSocket know.
        }

        Assert.Equal(bytes, answer.ToArray()[^bytes.Length..]);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Silence_LongerThanAllowed_WarnsTheOwnerAndEndsWithGoingAway(string version)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(3) });
        using var socket = await echo.OpenAsync(version);
        await EchoAsync(socket, 100);
        Assert.Equal("", echo.Warning);

        await Eventually.TrueAsync(
            () => echo.Warning == "A WebSocket has been silent for more than 2.4 s. After 3 s of silence it ends. "
                + "Turn on Keep quiet WebSockets open in the port's settings, or let the program send pings.",
            "a warning");
        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
        await Eventually.TrueAsync(() => echo.Warning.StartsWith("Lately a WebSocket was ended after 3 s of silence.", StringComparison.Ordinal), "a memory");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Silence_KeptOpen_LivesOn(string version)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(1), KeepWebSocketsOpen = true });
        using var socket = await echo.OpenAsync(version);
        var reading = socket.ReceiveAsync(new byte[100], Cancel);

        // The client's answers to the gateway's pings are what keeps it: it must be reading.
        var first = await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(3), Cancel));

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
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    public async Task Messages_OfAnySizeAndKind_ArriveByteByByteAmongPings(string version, bool compressed)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(1), KeepWebSocketsOpen = true });
        using var socket = await echo.OpenAsync(version, compressed);

        foreach (var size in new[] { 0, 1, 125, 126, 65535, 65536, 3_000_000 })
        {
            await EchoAsync(socket, size);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Stop_InTheMiddleOfAMessage_FinishesTheFrameFirst()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync("1.1");
        await EchoAsync(socket, 100);
        await socket.SendAsync(new byte[1000], WebSocketMessageType.Binary, endOfMessage: false, Cancel);

        _ = echo.Gateway.StopAsync();

        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
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

    private static async Task EchoAsync(ClientWebSocket socket, int size)
    {
        var sent = RandomNumberGenerator.GetBytes(size);
        var sending = socket.SendAsync(sent, WebSocketMessageType.Binary, true, Cancel);
        using var echo = new MemoryStream();
        var buffer = new byte[8192];
        for (ValueWebSocketReceiveResult part = default; !part.EndOfMessage;)
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            Assert.Equal(WebSocketMessageType.Binary, part.MessageType);
            echo.Write(buffer, 0, part.Count);
        }

        await sending;
        Assert.Equal(sent, echo.ToArray());
    }

    private static async Task<WebSocketCloseStatus?> ReadCloseAsync(ClientWebSocket socket)
    {
        var buffer = new byte[8192];
        while ((await socket.ReceiveAsync(buffer, Cancel)).MessageType != WebSocketMessageType.Close)
        {
        }

        return socket.CloseStatus;
    }
}
