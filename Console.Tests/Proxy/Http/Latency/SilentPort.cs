using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Latency;

/// <summary>A port whose service is silent, in ways that the path names.</summary>
internal sealed class SilentPort(GatewayHost gateway, HttpService service) : IAsyncDisposable
{
    /// <summary>How long its service may be silent, unless a test says otherwise.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

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
