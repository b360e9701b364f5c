using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Services that speak HTTPS or HTTP/2, and ports whose settings are wrong about it.</summary>
public sealed class ServiceProtocolTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1, true, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http1AndHttp2, true, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http2, false, "HTTP/2")]
    [InlineData(HttpProtocols.Http1AndHttp2, true, "HTTP/2")]
    public async Task Post_ServiceSpeaksWhatThePortSays_Arrives(HttpProtocols speaks, bool tls, string expected)
    {
        await using var service = await StartAsync(speaks, tls);
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();

        using var answer = await client.PostAsync(
            Serve(gateway, service, new() { Tls = tls, Http2 = expected == "HTTP/2" }), new StringContent("sent"), Cancel);

        Assert.Equal($"{expected} sent", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, false, true, false, "The service does not speak HTTPS")]
    [InlineData(HttpProtocols.Http1, true, true, true, "The service does not speak HTTPS with HTTP/2")]
    [InlineData(HttpProtocols.Http1, true, false, false, "The service broke off")]
    public async Task Get_ServiceSpeaksAnotherProtocol_IsA502ThatSaysSo(HttpProtocols speaks, bool speaksTls, bool tls, bool http2, string title)
    {
        await using var service = await StartAsync(speaks, speaksTls);
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();

        using var answer = await client.GetAsync(Serve(gateway, service, new() { Tls = tls, Http2 = http2 }), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains($"\"title\":\"{title}\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ServiceAnswersHttp2WithHttp1_IsA502ThatSaysSo()
    {
        // Kestrel would close with most of what came unread: that is a reset, which may get ahead of its answer.
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            await connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();

        using var answer = await client.GetAsync(Serve(gateway, service.Port, new() { Http2 = true }), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("\"title\":\"The service does not speak HTTP/2\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_CertificateNamesItsIssuersAddress_NothingIsFetchedFromThere()
    {
        using var issuer = new TcpService();
        await using var service = await StartAsync(HttpProtocols.Http1, tls: true, issuersAddress: $"http://127.0.0.1:{issuer.Port}/issuer.cer");
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();

        var answer = await client.GetStringAsync(Serve(gateway, service, new() { Tls = true }), Cancel);

        Assert.Equal("HTTP/1.1 ", answer);
        Assert.Equal(0, issuer.Count);
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    [InlineData("2.0", true)]
    public async Task WebSocket_ToAnHttpsService_Echoes(string version, bool http2)
    {
        await using var service = await StartAsync(HttpProtocols.Http1AndHttp2, tls: true);
        await using var gateway = await GatewayHost.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(gateway.NewHandler());
        var url = Serve(gateway, service, new() { Tls = true, Http2 = http2 });
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "wss" }.Uri, invoker, Cancel);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var buffer = new byte[10];
        var echo = await socket.ReceiveAsync(buffer, Cancel);

        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, echo.Count));
    }

    private static Uri Serve(GatewayHost gateway, WebApplication service, PortOptions options)
    {
        var address = service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return Serve(gateway, new Uri(address).Port, options);
    }

    private static Uri Serve(GatewayHost gateway, int port, PortOptions options)
    {
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(port, options, []));
        return gateway.UrlOf(podId, port);
    }

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, bool tls, string? issuersAddress = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (tls)
            {
                var certificate = issuersAddress is null ? Certify("CN=self-signed", "CN=self-signed") : Certify("CN=service", "CN=unknown", issuersAddress);

                // The service itself must not ask for its issuer either.
                var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => new(new SslServerAuthenticationOptions { ServerCertificateContext = context }),
                });
            }
        }));
        var service = builder.Build();
        service.UseWebSockets();
        service.Run(AnswerAsync);
        await service.StartAsync(Cancel);
        return service;
    }

    private static X509Certificate2 Certify(string name, string issuer, string? issuersAddress = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuersKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        if (issuersAddress is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuersAddress]));
        }

        using var certificate = request.Create(
            new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(name == issuer ? key : issuersKey),
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[10];
            var part = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, true, context.RequestAborted);
            return;
        }

        await context.Response.WriteAsync($"{context.Request.Protocol} {await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted)}");
    }
}
