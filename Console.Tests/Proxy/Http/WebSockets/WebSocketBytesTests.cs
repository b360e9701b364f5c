using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>Nothing but frames of the gateway's own comes between the bytes of a WebSocket.</summary>
public sealed class WebSocketBytesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_BytesThatAreNoFrames_PassUntouchedAndNothingIsPutIn()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        bytes[0] = 0xFF;
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await HttpService.StartAsync(async context =>
        {
            context.Response.Headers.Upgrade = "websocket";
            await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await stream.WriteAsync(bytes, Cancel);
            var buffer = new byte[bytes.Length];
            await stream.ReadExactlyAsync(buffer, Cancel);
            received.SetResult(buffer);
            await stream.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        await using var client = await gateway.ConnectAsync(url.Host);
        await client.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Cancel);
        await client.WriteAsync(bytes, Cancel);
        Assert.Equal(bytes, await received.Task.WaitAsync(Eventually.Deadline, Cancel));
        await SkipHeadersAsync(client);
        var answer = new byte[bytes.Length];
        await client.ReadExactlyAsync(answer, Cancel);
        Assert.Equal(bytes, answer);

        await gateway.StopAsync().WaitAsync(Eventually.Deadline, Cancel);

        using var more = new MemoryStream();
        try
        {
            await client.CopyToAsync(more, Cancel);
        }
        catch (IOException)
        {
            // It is cut, which is what clients of something that is no WebSocket know.
        }

        Assert.Equal(0, more.Length);
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    public async Task Messages_OfAnySizeAndKind_ArriveByteByByteAmongPings(string version, bool compressed)
    {
        await using var echo = await EchoPort.StartAsync(options: new() { ResponseTimeout = TimeSpan.FromSeconds(1), KeepWebSocketsOpen = true });
        using var socket = await echo.OpenAsync(version, compressed);

        foreach (var size in new[] { 0, 1, 125, 126, 65535, 65536, 3_000_000 })
        {
            await socket.EchoAsync(size);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await echo.NextCloseAsync());
    }

    private static async Task SkipHeadersAsync(Stream client)
    {
        var next = new byte[1];
        for (var last = 0u; last != 0x0D0A0D0A; last = (last << 8) | next[0])
        {
            await client.ReadExactlyAsync(next, Cancel);
        }
    }
}
