using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A console, in a process of its own, that is told to stop while much is open.</summary>
public sealed class GracefulStopTests
{
    private static readonly int Count = LoadSize.Of(20, 200);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(LoadSize.Of(5, 30));

    private static readonly int Seconds = LoadSize.Of(2, 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "drain")]
    public async Task Terminate_RequestsWebSocketsAndTcpOpen_EachEndsAsPromised()
    {
        await using var console = await DemoConsole.StartAsync($"Gateway:DrainTimeout={Drain}");
        using var handler = await console.NewHandlerAsync();
        using var client = new HttpClient(handler);
        var sockets = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => OpenWebSocketAsync(console, handler)));
        var connections = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => EchoConnection.OpenAsync($"{console.Echo}")));
        await Task.WhenAll(connections.Select(connection => connection.VerifyAsync("open")));
        var requests = Enumerable.Range(0, Count).Select(_ => client.GetStringAsync(console.UrlOf($"/slow?seconds={Seconds}"), Cancel)).ToList();
        await Eventually.TrueAsync(
            async () => requests.Any(request => request.IsCompleted) || await CountAsync(console) == 3 * Count, "everything is open");

        var watch = Stopwatch.StartNew();
        var stopping = console.TerminateAsync();
        var closes = await Task.WhenAll(sockets.Select(ReadCloseAsync)).WaitAsync(Eventually.Deadline, Cancel);
        var socketsClosed = watch.Elapsed;
        var answers = await Task.WhenAll(requests);
        await Task.WhenAll(connections.Select(connection => connection.VerifyAsync("still here")));
        var ends = await Task.WhenAll(connections.Select(connection => connection.ReadEndAsync()));
        var exitCode = await stopping;
        var stopped = watch.Elapsed;

        TestContext.Current.TestOutputHelper!.WriteLine($"{Count} each; WebSockets closed after {socketsClosed}, exit after {stopped} (drain {Drain})");
        Assert.All(closes, close => Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, close));
        Assert.All(answers, answer => Assert.Equal($"Answered after {Seconds} s.", answer));
        Assert.All(ends, end => Assert.Equal("reset", end));
        Assert.Equal(0, exitCode);
        Assert.InRange(stopped, Drain, Drain + TimeSpan.FromSeconds(LoadSize.Of(60, 2)));
    }

    private static async Task<int> CountAsync(DemoConsole console) =>
        (await console.Client.GetFromJsonAsync<JsonNode>("/v2/connections", Cancel))!["connections"]!.AsArray().Count;

    private static async Task<ClientWebSocket> OpenWebSocketAsync(DemoConsole console, HttpMessageHandler handler)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(console.UrlOf("/ws")) { Scheme = "wss" }.Uri, new HttpMessageInvoker(handler, disposeHandler: false), Cancel);
        return socket;
    }

    private static async Task<WebSocketCloseStatus?> ReadCloseAsync(ClientWebSocket socket)
    {
        await socket.ReceiveAsync(new byte[100], Cancel);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        return socket.CloseStatus;
    }
}
