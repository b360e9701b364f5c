using System.Security.Cryptography;
using Grpc.Core;
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
    public async Task Call_ServerRefusesAtOnce_StatusComesWithTheEndOfTheStream()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var (service, url) = GrpcRefusal.Serve(gateway);
        await using var running = service;
        await using var connection = await RawHttp2.OpenAsync(gateway, url.Host);

        await connection.SendAsync(Http2Frames.HeadersOf(
            1, ends: true, (":method", "POST"), (":scheme", "https"), (":path", "/test.Echo/Unary"), (":authority", url.Authority),
            ("content-type", "application/grpc"), ("te", "trailers")));
        var answer = await connection.ReadAsync(1);

        // Other clients than .NET's take no status from headers that something follows.
        Assert.Equal((200, true, false), (answer.Status, answer.IsWhole, answer.HasContent));
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
}
