using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.ProxyProtocol;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.ProxyProtocol;

/// <summary>Connections of load balancers to the HTTPS port.</summary>
public sealed class ProxyProtocolTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("203.0.113.7:4711"), Server = IPEndPoint.Parse("127.0.0.1:443");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Connect_HeaderFromATrustedAddress_IsTheClientsAddress(int version, bool byteByByte)
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers["X-Forwarded-For"]}"));
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ProxyProtocolFrom = "127.0.0.0/8");
        var podId = gateway.Expose(service.Port);
        var header = version == 1 ? ProxyHeader.WriteVersion1(Client, Server) : ProxyHeader.WriteVersion2(Client, Server);

        var answer = await GetAsync(gateway, podId, service.Port, header, byteByByte);

        Assert.EndsWith("203.0.113.7", answer.TrimEnd('\r', '\n', '0'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoHeaderFromATrustedAddress_IsClosed()
    {
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ProxyProtocolFrom = "127.0.0.1");
        var podId = gateway.Expose(4000);

        await Assert.ThrowsAnyAsync<IOException>(() => GetAsync(gateway, podId, 4000, [], byteByByte: false));
    }

    [Fact]
    public async Task Connect_HeaderFromAnywhereElse_IsNoTls()
    {
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ProxyProtocolFrom = "10.0.0.0/8");
        var podId = gateway.Expose(4000);

        await Assert.ThrowsAnyAsync<IOException>(
            () => GetAsync(gateway, podId, 4000, ProxyHeader.WriteVersion1(Client, Server), byteByByte: false));
        Assert.Contains(" 502 ", await GetAsync(gateway, podId, 4000, [], byteByByte: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connect_HeaderAndHelloInOneSegment_IsTheClientsAddress(int version)
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers["X-Forwarded-For"]}"));
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ProxyProtocolFrom = "127.0.0.0/8");
        var podId = gateway.Expose(service.Port);
        var header = version == 1 ? ProxyHeader.WriteVersion1(Client, Server) : ProxyHeader.WriteVersion2(Client, Server);

        var answer = await GetAsync(gateway, podId, service.Port, [], byteByByte: false, before: header);

        Assert.EndsWith("203.0.113.7", answer.TrimEnd('\r', '\n', '0'), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Connect_SlowHeader_IsClosedAtTheTimeLimit(int sent)
    {
        var clock = new FakeTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(
            settings => settings.ProxyProtocolFrom = "127.0.0.1", services => services.AddSingleton<TimeProvider>(clock));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Cancel);
        await socket.SendAsync(ProxyHeader.WriteVersion1(Client, Server).AsMemory(0, sent), Cancel);
        var start = clock.GetUtcNow();

        // The limit begins when the gateway takes the connection, which is not seen from here.
        var end = EndAsync(socket);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(end.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
                return end.IsCompleted;
            },
            "the connection is closed");

        Assert.True(clock.GetUtcNow() - start >= ProxyProtocolMiddleware.Timeout);
    }

    private static async Task EndAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Cancel));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes that nobody read.
        }
    }

    private static async Task<string> GetAsync(
        GatewayHost gateway, PodId podId, int port, byte[] header, bool byteByByte, byte[]? before = null)
    {
        var url = gateway.UrlOf(podId, port);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Cancel);
        foreach (var part in header.Chunk(byteByByte ? 1 : 1000))
        {
            await socket.SendAsync(part, Cancel);
        }

        await using var stream = new SslStream(new PrefixedStream(socket, before ?? []));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = url.Host, CertificateChainPolicy = gateway.NewHandler().SslOptions.CertificateChainPolicy }, Cancel);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancel);
    }

    /// <summary>Sends bytes in front of the first ones that are written, together with them.</summary>
    private sealed class PrefixedStream(Socket socket, byte[] before) : NetworkStream(socket)
    {
        private byte[] _before = before;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            byte[] together = [.. _before, .. buffer.Span];
            _before = [];
            return base.WriteAsync(together, cancellationToken);
        }
    }
}
