using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A console that is told to stop while much is open.</summary>
public sealed class GracefulStopTests
{
    private static readonly int Count = LoadSize.Of(20, 200);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(LoadSize.Of(3, 30));

    private static readonly int Seconds = LoadSize.Of(2, 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "drain")]
    public async Task Stop_RequestsWebSocketsAndTcpOpen_EachEndsAsPromised()
    {
        await using var console = await ConsoleHost.StartAsync($"Gateway:DrainTimeout={Drain}");
        var podId = await DemoPods.DeployAsync(console);
        using var client = new HttpClient(console.NewHandler());
        var sockets = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => OpenWebSocketAsync(console, podId)));
        var external = console.Services.GetRequiredService<IPortPublisher>().Find(podId).Ports.Single(port => port.External is not null).External!;
        var connections = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => EchoConnection.OpenAsync(external.ToString())));
        var requests = Enumerable.Range(0, Count).Select(_ => client.GetStringAsync(console.UrlOf(podId.Value, 4000, $"/slow?seconds={Seconds}"), Cancel)).ToList();
        var publisher = console.Services.GetRequiredService<IPortPublisher>();
        await Eventually.TrueAsync(
            () => publisher.CountConnections(podId, new(PortProtocol.Http, 4000)) == 2 * Count, "all requests and WebSockets are open");

        var watch = Stopwatch.StartNew();
        var stopping = console.StopAsync();
        var closes = await Task.WhenAll(sockets.Select(ReadCloseAsync)).WaitAsync(Eventually.Deadline, Cancel);
        var socketsClosed = watch.Elapsed;
        var answers = await Task.WhenAll(requests);
        await Task.WhenAll(connections.Select(connection => connection.VerifyAsync("still here")));
        var ends = await Task.WhenAll(connections.Select(connection => connection.ReadEndAsync()));
        await stopping;
        var stopped = watch.Elapsed;

        TestContext.Current.TestOutputHelper!.WriteLine($"{Count} each; WebSockets closed after {socketsClosed}, stopped after {stopped} (drain {Drain})");
        Assert.All(closes, close => Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, close));
        Assert.All(answers, answer => Assert.Equal($"Answered after {Seconds} s.", answer));
        Assert.All(ends, end => Assert.Equal("reset", end));
        Assert.InRange(stopped, Drain, Drain + TimeSpan.FromSeconds(LoadSize.Of(60, 2)));
    }

    private static async Task<ClientWebSocket> OpenWebSocketAsync(ConsoleHost console, PodId podId)
    {
        var socket = new ClientWebSocket();
        var url = new UriBuilder(console.UrlOf(podId.Value, 4000, "/ws")) { Scheme = "wss" }.Uri;
        await socket.ConnectAsync(url, new HttpMessageInvoker(console.NewHandler()), Cancel);
        return socket;
    }

    private static async Task<WebSocketCloseStatus?> ReadCloseAsync(ClientWebSocket socket)
    {
        await socket.ReceiveAsync(new byte[100], Cancel);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        return socket.CloseStatus;
    }
}
