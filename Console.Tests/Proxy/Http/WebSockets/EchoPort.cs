using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>A service that echoes, and remembers how its WebSockets were closed.</summary>
internal sealed class EchoPort(GatewayHost gateway) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly BlockingCollection<WebSocketCloseStatus?> _closes = [];
    private HttpService _service = null!;

    public GatewayHost Gateway => gateway;

    public PodId PodId { get; } = PodId.New();

    /// <summary>What its owner is warned of.</summary>
    public string Warning => SlowWarning.Of(gateway.Routes.Find(PodId, _service.Port));

    public static async Task<EchoPort> StartAsync(
        Action<PodConsole.Domain.Settings.GatewaySettings>? settings = null, PortOptions? options = null)
    {
        var port = new EchoPort(await GatewayHost.StartAsync(settings));
        port._service = await HttpService.StartAsync(port.ServeAsync);
        port.Serve(options ?? PortOptions.Default);
        return port;
    }

    /// <summary>Edits the port's options.</summary>
    public void Serve(PortOptions options) => gateway.Serve(PodId, new WantedRoute(_service.Port, options, []));

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
