using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Connections;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Connections;

/// <summary>Connections of every kind, as they are listed and ended by people.</summary>
public sealed class ConnectionDirectoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", ConnectionKind.Http1)]
    [InlineData("2.0", ConnectionKind.Http2)]
    public async Task End_OpenRequest_IsListedWithItsBytesAndThenCut(string version, ConnectionKind kind)
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, Cancel);
            await context.Response.WriteAsync(new string('x', 1000), Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = await GatewayHost.StartAsync();
        await using var tcp = new TcpGateway();
        var directory = NewDirectory(gateway, tcp);
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.UrlOf(podId, service.Port)) { Content = new ByteArrayContent(new byte[200_000]) };
        request.Version = Version.Parse(version);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var body = await response.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[1000], Cancel);

        var listed = Assert.Single(directory.List(Set(podId)));
        Assert.Empty(directory.List(Set(PodId.New())));
        Assert.Equal(0, directory.End(Set(PodId.New()), _ => true));
        Assert.Equal(1, directory.End(Set(podId), connection => connection.Id == listed.Id));

        Assert.Equal((podId, service.Port, kind, 200_000L, 1000L), (listed.PodId, listed.Port.Number, listed.Kind, listed.BytesUp, listed.BytesDown));
        Assert.Equal("127.0.0.1", listed.Client);
        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1], Cancel));
        await Eventually.TrueAsync(() => directory.ListClosed(Set(podId)).Count == 1, "it is among the closed ones");
        Assert.Equal((listed.Id, CloseReason.Killed), (directory.ListClosed(Set(podId))[0].Connection.Id, directory.ListClosed(Set(podId))[0].Reason));
        Assert.Empty(directory.List(Set(podId)));
    }

    [Fact]
    public async Task End_RequestThatHasFinished_EndsNothingElseOnItsConnection()
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var gateway = await GatewayHost.StartAsync();
        await using var tcp = new TcpGateway();
        var directory = NewDirectory(gateway, tcp);
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        for (var number = 0; number < 50; number++)
        {
            Assert.Equal("ok", await client.GetStringAsync(gateway.UrlOf(podId, service.Port), Cancel));
            await Eventually.TrueAsync(() => directory.List(Set(podId)).Count == 0, "it is gone");
            Assert.Equal(0, directory.End(Set(podId), _ => true));
        }

        Assert.Empty(directory.ListClosed(Set(podId)));
    }

    [Fact]
    public async Task End_WebSocket_GetsGoingAway()
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            using var accepted = await context.WebSockets.AcceptWebSocketAsync();
            await accepted.ReceiveAsync(new byte[10], Cancel);
            await accepted.SendAsync(new byte[500], WebSocketMessageType.Binary, true, Cancel);
            await accepted.ReceiveAsync(new byte[10], Cancel);
        });
        await using var gateway = await GatewayHost.StartAsync();
        await using var tcp = new TcpGateway();
        var directory = NewDirectory(gateway, tcp);
        var podId = gateway.Expose(service.Port);
        using var socket = new ClientWebSocket();
        var url = new UriBuilder(gateway.UrlOf(podId, service.Port)) { Scheme = "wss" }.Uri;
        await socket.ConnectAsync(url, new HttpMessageInvoker(gateway.NewHandler()), Cancel);
        await socket.SendAsync(new byte[10], WebSocketMessageType.Binary, true, Cancel);
        await socket.ReceiveAsync(new byte[1000], Cancel);

        var listed = Assert.Single(directory.List(Set(podId)));
        directory.End(Set(podId), _ => true);

        Assert.Equal(ConnectionKind.WebSocket, listed.Kind);
        Assert.Equal((16L, 504L), (listed.BytesUp, listed.BytesDown));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[10], Cancel)).MessageType);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
        await Eventually.TrueAsync(() => directory.ListClosed(Set(podId)) is [{ Reason: CloseReason.Killed }], "it is among the closed ones");
    }

    [Fact]
    public async Task Stop_RequestOutlivesTheDrain_IsClosedBecauseTheConsoleStopped()
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync(Cancel);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        // Shorter ones are not remembered.
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromSeconds(1.5));
        await using var tcp = new TcpGateway();
        var directory = NewDirectory(gateway, tcp);
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), HttpCompletionOption.ResponseHeadersRead, Cancel);

        await gateway.StopAsync();

        Assert.Equal(CloseReason.Stopped, Assert.Single(directory.ListClosed(Set(podId))).Reason);
    }

    [Fact]
    public async Task End_TcpConnection_IsReset()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await using var tcp = new TcpGateway();
        var directory = NewDirectory(gateway, tcp);
        using var service = new TcpService();
        tcp.Reconcile(tcp.Want(20000, service.Port));
        using var client = await tcp.ConnectAsync(20000);
        using var served = await service.AcceptNextAsync();
        await client.SendAsync(new byte[100], Cancel);
        await Eventually.TrueAsync(() => directory.List(Set(tcp.PodId)) is [{ BytesUp: 100 }], "the bytes were counted");

        Assert.Equal(1, directory.End(Set(tcp.PodId), connection => connection.Kind == ConnectionKind.Tcp));

        Assert.Equal("reset", await client.ReadEndAsync());
        await Eventually.TrueAsync(() => tcp.Closed.List(Set(tcp.PodId)) is [{ Reason: CloseReason.Killed, Connection.BytesUp: 100 }], "it is closed");
    }

    private static HashSet<PodId> Set(PodId podId) => [podId];

    private static ConnectionDirectory NewDirectory(GatewayHost gateway, TcpGateway tcp) =>
        new(gateway.Routes, tcp.Pool, gateway.Services.GetRequiredService<ClosedConnections>());
}
