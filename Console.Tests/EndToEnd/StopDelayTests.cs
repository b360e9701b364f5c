using System.Net;
using System.Net.WebSockets;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A console behind a load balancer that is told to stop.</summary>
public sealed class StopDelayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_WithStopDelay_ReadinessSaysNoWhileEverythingIsServed()
    {
        using var data = new TempDirectory();
        var arguments = ConsoleArguments.New(data.Path, "Gateway:StopDelay=00:00:15");
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, AppContext.BaseDirectory, arguments.Values);
        using var client = await console.WaitUntilReadyAsync(arguments.Url, data.Path);

        console.Terminate();
        await Eventually.TrueAsync(async () => await StatusAsync(client) == HttpStatusCode.ServiceUnavailable, "readiness says no");
        using var page = await client.GetAsync("/sign-in", Cancel);
        Assert.Equal("live", await client.GetStringAsync("/health/live", Cancel));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(0, (await console.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Terminate_WithStopDelay_PodsAreReachedAndWebSocketsGoOn()
    {
        await using var console = await DemoConsole.StartAsync("Gateway:StopDelay=00:05:00");
        using var handler = await console.NewHandlerAsync();
        using var client = new HttpClient(handler);
        using var opened = await OpenAsync(console, handler);

        console.Terminate();
        await Eventually.TrueAsync(async () => await StatusAsync(console.Client) == HttpStatusCode.ServiceUnavailable, "readiness says no");

        using var answer = await client.GetAsync(console.UrlOf("/pid"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await EchoAsync(opened);
        using var another = await OpenAsync(console, handler);
        await EchoAsync(another);

        // The second time, at once.
        Assert.Equal(0, await console.TerminateAsync());
    }

    private static async Task<ClientWebSocket> OpenAsync(DemoConsole console, SocketsHttpHandler handler)
    {
        var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(new UriBuilder(console.UrlOf("/ws")) { Scheme = "wss" }.Uri, invoker, Cancel);
        await EchoAsync(socket);
        return socket;
    }

    private static async Task EchoAsync(ClientWebSocket socket)
    {
        await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var part = await socket.ReceiveAsync(new byte[10], Cancel);
        Assert.Equal((1, WebSocketMessageType.Text), (part.Count, part.MessageType));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health/ready", Cancel);
        return answer.StatusCode;
    }
}
