using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Services that fail before they answer, and requests that must not reach them.</summary>
public sealed class FaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PortHolderKind.Nobody, "Nothing listens on this port")]
    [InlineData(PortHolderKind.Other, "Another program holds this port")]
    public async Task Get_PortNotHeldByThePod_Is502AndNeverDialled(PortHolderKind holder, string title)
    {
        var dialled = false;
        await using var service = RawService.Start(connection =>
        {
            dialled = true;
            return connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Runtime.PortHolder = (_, _, _) => new PortHolder(holder, "python3, process 123");
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);

        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(title, body, StringComparison.Ordinal);
        Assert.Contains("bind to $POD_IP", body, StringComparison.Ordinal);
        Assert.DoesNotContain("python3", body, StringComparison.Ordinal);
        Assert.False(dialled);
    }

    [Fact]
    public async Task Post_ServiceHangsAndTakesNoConnection_Is502ThatSaysSo()
    {
        using var busy = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        busy.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        busy.Listen(0);
        var endpoint = (IPEndPoint)busy.LocalEndPoint!;
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(endpoint, Cancel);
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(endpoint.Port);
        using var client = gateway.NewClient();

        using var response = await client.PostAsync(gateway.UrlOf(podId, endpoint.Port), new StringContent("sent"), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("The service does not accept connections", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse", "The service does not accept connections")]
    [InlineData("close", "The service broke off")]
    [InlineData("reset", "The service broke off")]
    [InlineData("garbage", "The service does not speak HTTP")]
    public async Task Post_ServiceFailsBeforeItsAnswer_Is502ThatSaysHow(string fault, string title)
    {
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            if (fault == "reset")
            {
                connection.Reset();
            }
            else if (fault == "garbage")
            {
                await connection.SendAsync("\u0015\u0003\u0003\0\u0002\u0002\u0016\r\n\r\n");
                await connection.DrainAsync();
            }
        });
        if (fault == "refuse")
        {
            service.StopListening();
        }

        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.PostAsync(gateway.UrlOf(podId, service.Port), new StringContent("x"), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(title, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ServiceClosesWhileTheBodyIsSent_Is502ThatSaysSo()
    {
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            connection.Reset();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var content = new ByteArrayContent(new byte[20_000_000]);

        using var response = await client.PostAsync(gateway.UrlOf(podId, service.Port), content, Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("stopped reading the request", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Send_SilentService_Is524AfterTheResponseTimeout(string method)
    {
        await using var service = RawService.Start(connection => connection.HangAsync());
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ResponseTimeout = TimeSpan.FromMilliseconds(300));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), gateway.UrlOf(podId, service.Port));
        request.Content = method == "POST" ? new StringContent("x") : null;

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(524, (int)response.StatusCode);
        Assert.Contains("did not answer in time", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("GET /a\u0001b HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /a\rb HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\n", 400)]
    public async Task Send_RequestThatMustNotPass_IsRefusedWithoutADial(string request, int status)
    {
        var dialled = false;
        await using var service = RawService.Start(connection =>
        {
            dialled = true;
            return connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);

        var answer = await RawClient.SendAsync(gateway, podId, service.Port, request);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.False(dialled);
    }

    [Theory]
    [InlineData("connect-udp")]
    [InlineData("WEBSOCKET")]
    public async Task Connect_OverHttp2ForAnotherProtocol_IsRefused(string protocol)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(4000);
        using var client = gateway.NewClient(HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Connect, gateway.UrlOf(podId, 4000));
        request.Headers.Protocol = protocol;
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Get_PodsOwnErrorAnswer_PassesUntouched()
    {
        await using var service = await HttpService.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return context.Response.WriteAsync("the pod's own");
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("the pod's own", await response.Content.ReadAsStringAsync(Cancel));
    }
}
