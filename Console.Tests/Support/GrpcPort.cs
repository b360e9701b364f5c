using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Support;

/// <summary>A gRPC server in place of a pod's, behind a gateway.</summary>
internal sealed class GrpcPort(WebApplication service, GatewayHost gateway) : IAsyncDisposable
{
    private readonly PodId _podId = PodId.New();

    private int Port => new Uri(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<GrpcPort> StartAsync(bool tls, bool http2 = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (tls)
            {
                listen.UseHttps(SelfSigned());
            }
        }));
        var service = builder.Build();
        service.MapGrpcService<GrpcEcho>();
        await service.StartAsync(TestContext.Current.CancellationToken);
        var port = new GrpcPort(service, await GatewayHost.StartAsync());
        port.Serve(tls, http2);
        return port;
    }

    public GatewayHost Gateway => gateway;

    public Uri Url => gateway.UrlOf(_podId, Port);

    public CallInvoker NewClient() => GrpcChannel.ForAddress(
        Url, new GrpcChannelOptions { HttpHandler = Gateway.NewHandler(), DisposeHttpClient = true }).CreateCallInvoker();

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await service.DisposeAsync();
    }

    private void Serve(bool tls, bool http2) => gateway.Serve(_podId, new WantedRoute(Port, new() { Tls = tls, Http2 = http2 }, []));

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=self-signed", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
