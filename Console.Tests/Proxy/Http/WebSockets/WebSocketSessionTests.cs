using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
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
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromSeconds(20));
        using var socket = await echo.OpenAsync(version);
        await EchoAsync(socket, 100);

        var stopping = echo.Gateway.StopAsync();

        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        await socket.CloseOutputAsync(GoingAway, "", Cancel);
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task Stop_ClientThatDoesNotAnswer_IsCutSoon()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromSeconds(20));
        using var socket = await echo.OpenAsync("1.1");
        await EchoAsync(socket, 100);

        await echo.Gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancel);

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

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Silence_LongerThanAllowed_EndsWithGoingAway(string version)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(1) });
        using var socket = await echo.OpenAsync(version);
        await EchoAsync(socket, 100);

        Assert.Equal(GoingAway, await ReadCloseAsync(socket));
        Assert.Equal(GoingAway, await echo.NextCloseAsync());
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
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromSeconds(20));
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

    /// <summary>A service that echoes, and remembers how its WebSockets were closed.</summary>
    private sealed class EchoPort(GatewayHost gateway) : IAsyncDisposable
    {
        private readonly BlockingCollection<WebSocketCloseStatus?> _closes = [];
        private HttpService _service = null!;

        public GatewayHost Gateway => gateway;

        public PodId PodId { get; } = PodId.New();

        public static async Task<EchoPort> StartAsync(
            Action<PodConsole.Domain.Settings.GatewaySettings>? settings = null, PortOptions? options = null)
        {
            var port = new EchoPort(await GatewayHost.StartAsync(settings));
            port._service = await HttpService.StartAsync(port.ServeAsync);
            port.Gateway.Serve(port.PodId, new WantedRoute(port._service.Port, options ?? PortOptions.Default, []));
            return port;
        }

        public async Task<ClientWebSocket> OpenAsync(string version, bool compressed = false)
        {
            var socket = new ClientWebSocket();
            socket.Options.HttpVersion = Version.Parse(version);
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            socket.Options.DangerousDeflateOptions = compressed ? new() : null;
            var url = new UriBuilder(gateway.UrlOf(PodId, _service.Port)) { Scheme = "wss" }.Uri;
            await socket.ConnectAsync(url, new HttpMessageInvoker(gateway.NewHandler()), Cancel);
            return socket;
        }

        /// <summary>How the service saw its next WebSocket closed; null for a cut.</summary>
        public Task<WebSocketCloseStatus?> NextCloseAsync() => Task.Run(() => _closes.Take(Cancel), Cancel).WaitAsync(Eventually.Deadline, Cancel);

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await _service.DisposeAsync();
            _closes.Dispose();
        }

        private async Task ServeAsync(HttpContext context)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true });
            var buffer = new byte[8192];
            try
            {
                while (socket.State == WebSocketState.Open)
                {
                    var part = await socket.ReceiveAsync(buffer, context.RequestAborted);
                    if (part.MessageType != WebSocketMessageType.Close)
                    {
                        await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
                    }
                }

                await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, null, context.RequestAborted);
                _closes.Add(socket.CloseStatus);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                _closes.Add(null);
            }
        }
    }
}
