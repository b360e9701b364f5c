using System.Globalization;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PodConsole.Runtimes.Demo;

/// <summary>What the demo answers.</summary>
/// <param name="workload">The demo.</param>
/// <param name="stopping">Ends streams, which would hold up the end of the server.</param>
internal sealed class DemoEndpoints(DemoWorkload workload, CancellationToken stopping)
{
    /// <summary>Maps every endpoint.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", ShowPageAsync);
        app.MapGet("/pid", context => WriteAsync(context, "text/plain", $"{Environment.ProcessId}"));
        app.Map("/headers", DemoTransfers.EchoHeadersAsync);
        app.Map("/ws", EchoWebSocketAsync);
        app.MapGet("/events", SendEventsAsync);
        app.Map("/slow", AnswerSlowlyAsync);
        app.MapMethods("/upload", ["POST", "PUT"], DemoTransfers.ReceiveAsync);
        app.MapGet("/download", DemoTransfers.SendAsync);
        app.MapPost("/exit", ExitAsync);
        app.MapPost("/close", context => ChangePortAsync(context, workload.CloseAsync));
        app.MapPost("/open", context => ChangePortAsync(context, workload.OpenAsync));
    }

    /// <summary>A number of the query, within limits; <paramref name="otherwise"/> when it is missing or none.</summary>
    public static long NumberIn(HttpContext context, string name, long otherwise, long most) =>
        long.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, most)
            : otherwise;

    private Task ShowPageAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(context, "text/html; charset=utf-8", DemoPage.Render(workload.Variables));
    }

    private async Task EchoWebSocketAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            await WriteAsync(context, "text/plain", "This is a WebSocket: it echoes what it is sent.");
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), ending.Token) is { MessageType: not WebSocketMessageType.Close } part)
            {
                await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, ending.Token);
            }

            await socket.CloseAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, ending.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            DemoWorkload.Log("A WebSocket was cut off.");
        }
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            for (var count = 1; ; count++)
            {
                await context.Response.WriteAsync($"id: {count}\ndata: {DateTime.UtcNow:O}\n\n", ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
                await timer.WaitForNextTickAsync(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return; // The reader went away, or the demo ends.
        }
    }

    private async Task AnswerSlowlyAsync(HttpContext context)
    {
        var seconds = NumberIn(context, "seconds", 5, 86_400);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), ending.Token);
            await WriteAsync(context, "text/plain", $"Answered after {seconds} s.");
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task ExitAsync(HttpContext context)
    {
        var code = (int)NumberIn(context, "code", 0, 255);
        await WriteAsync(context, "text/plain", $"Ending with exit code {code}.");
        await context.Response.CompleteAsync();
        workload.End(code);
    }

    // After the answer: a port that closes waits for its own requests.
    private static async Task ChangePortAsync(HttpContext context, Func<int, Task<bool>> change)
    {
        var port = (int)NumberIn(context, "port", 0, 65_536);
        if (port is < 1 or > 65_535)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, "text/plain", "Give a port from 1 to 65535: ?port=4000.");
            return;
        }

        if (port == context.Connection.LocalPort)
        {
            await WriteAsync(context, "text/plain", "Done after this answer.");
            await context.Response.CompleteAsync();
            _ = Task.Run(() => change(port));
            return;
        }

        var done = await change(port);
        context.Response.StatusCode = done ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
        await WriteAsync(context, "text/plain", done ? "Done." : "Not possible; the log says why.");
    }

    private static Task WriteAsync(HttpContext context, string type, string text)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
