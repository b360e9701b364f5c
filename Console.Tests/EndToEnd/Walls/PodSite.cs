using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>A pod's own website, which notes every request. Its pages are empty: tests run their scripts in them.</summary>
internal sealed class PodSite : IAsyncDisposable
{
    private readonly ConcurrentQueue<SeenRequest> _seen = new();
    private HttpService _service = null!;

    private PodSite()
    {
    }

    public PodId PodId { get; } = PodId.New();

    public int Port => _service.Port;

    /// <summary>Where it is opened; set once it is published.</summary>
    public string Origin { get; set; } = "";

    /// <summary>What it adds to each answer.</summary>
    public Action<HttpResponse> OnAnswer { get; set; } = static _ => { };

    /// <summary>Every request so far.</summary>
    public IReadOnlyCollection<SeenRequest> Seen => _seen;

    public static async Task<PodSite> StartAsync()
    {
        var site = new PodSite();
        site._service = await HttpService.StartAsync(site.ServeAsync);
        return site;
    }

    /// <summary>Waits until requests for all of these paths have come.</summary>
    public async Task WaitForAsync(params IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            await Eventually.TrueAsync(() => _seen.Any(request => request.Path == path), $"a request for {path}");
        }
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _seen.Enqueue(new(path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
        OnAnswer(context.Response);
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
            return;
        }

        context.Response.ContentType = path switch
        {
            _ when path.EndsWith(".js", StringComparison.Ordinal) => "text/javascript",
            _ when path.EndsWith(".css", StringComparison.Ordinal) => "text/css",
            _ when path.EndsWith(".events", StringComparison.Ordinal) => "text/event-stream",
            _ => "text/html",
        };
        await context.Response.WriteAsync(path.EndsWith(".worker.js", StringComparison.Ordinal)
            ? "self.addEventListener('fetch', event => event.respondWith(fetch(event.request)));"
            : "<!doctype html><title>pod</title><link rel=icon href=data:,>");
    }
}

/// <summary>A request as the pod saw it.</summary>
internal sealed record SeenRequest(string Path, IReadOnlyDictionary<string, string> Headers);
