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
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>A gRPC client and server, with the gateway between them: HTTP/2 on both sides.</summary>
public sealed class GrpcTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_EveryKind_PassesThrough(bool tls)
    {
        await using var server = await GrpcPort.StartAsync(tls);
        var client = server.NewClient();
        var message = RandomNumberGenerator.GetBytes(1_000_000);

        Assert.Equal(message, await client.AsyncUnaryCall(GrpcEcho.UnaryMethod, null, new(cancellationToken: Cancel), message));

        using var download = client.AsyncServerStreamingCall(GrpcEcho.DownloadMethod, null, new(cancellationToken: Cancel), message);
        var parts = 0;
        while (await download.ResponseStream.MoveNext(Cancel))
        {
            Assert.Equal(message, download.ResponseStream.Current);
            parts++;
        }

        Assert.Equal(10, parts);

        using var upload = client.AsyncClientStreamingCall(GrpcEcho.UploadMethod, null, new(cancellationToken: Cancel));
        for (var count = 0; count < 5; count++)
        {
            await upload.RequestStream.WriteAsync(message, Cancel);
        }

        await upload.RequestStream.CompleteAsync();
        Assert.Equal(5_000_000, BitConverter.ToInt32(await upload));

        // Each answer before the next question: nothing is held back on the way.
        using var chat = client.AsyncDuplexStreamingCall(GrpcEcho.ChatMethod, null, new(cancellationToken: Cancel));
        for (var count = 3; count < 8; count++)
        {
            await chat.RequestStream.WriteAsync(new byte[count], Cancel);
            Assert.True(await chat.ResponseStream.MoveNext(Cancel));
            Assert.Equal(count, chat.ResponseStream.Current.Length);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Call_ErrorDeadlineAndCancellation_ReachTheOtherSide()
    {
        await using var server = await GrpcPort.StartAsync(tls: false);
        var client = server.NewClient();

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await client.AsyncUnaryCall(GrpcEcho.UnaryMethod, null, new(cancellationToken: Cancel), new byte[1]));
        var late = await Assert.ThrowsAsync<RpcException>(
            async () => await client.AsyncUnaryCall(GrpcEcho.UnaryMethod, null, new(deadline: DateTime.UtcNow.AddSeconds(0.3)), new byte[2]));

        Assert.Equal((StatusCode.FailedPrecondition, "one byte is too few"), (error.StatusCode, error.Status.Detail));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await GrpcEcho.Cancelled.Task.WaitAsync(Eventually.Deadline, Cancel);
    }

    [Fact]
    public async Task Call_PortWithoutTheSwitch_FailsAndSaysSo()
    {
        await using var server = await GrpcPort.StartAsync(tls: false, http2: false);

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await server.NewClient().AsyncUnaryCall(GrpcEcho.UnaryMethod, null, new(cancellationToken: Cancel), new byte[9]));

        // The server itself refuses HTTP/1.1.
        Assert.Contains("HTTP status code: 400", error.Status.Detail, StringComparison.Ordinal);
    }

    private sealed class GrpcPort(WebApplication service, GatewayHost gateway) : IAsyncDisposable
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
            await service.StartAsync(Cancel);
            var port = new GrpcPort(service, await GatewayHost.StartAsync());
            port.Serve(tls, http2);
            return port;
        }

        public CallInvoker NewClient() => GrpcChannel.ForAddress(
            Gateway.UrlOf(_podId, Port), new GrpcChannelOptions { HttpHandler = Gateway.NewHandler(), DisposeHttpClient = true }).CreateCallInvoker();

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await service.DisposeAsync();
        }

        private GatewayHost Gateway => gateway;

        private void Serve(bool tls, bool http2) => gateway.Serve(_podId, new WantedRoute(Port, new() { Tls = tls, Http2 = http2 }, []));

        private static X509Certificate2 SelfSigned()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=self-signed", key, HashAlgorithmName.SHA256);
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        }
    }
}
