using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.BadNetwork;

/// <summary>Transfers through a console at the far end of a bad line: narrow, lossy, and in dribs and drabs.</summary>
public sealed class BadNetworkTests
{
    private const int AtOnce = 16;
    private const int Slice = 4096;

    private static readonly int Count = LoadSize.Of(20, 1000);
    private static readonly TimeSpan BetweenSlices = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "network")]
    public async Task Transfers_OverALineThatLosesPackets_ArriveWhole()
    {
        await using var line = await BadLine.CreateAsync("20mbit", loss: 2);
        await using var far = await FarConsole.StartAsync(line);

        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancelled }, async (number, _) =>
        {
            var content = RandomNumberGenerator.GetBytes(Random.Shared.Next(Slice, 32 * Slice));
            var pause = number % 4 < 2 ? TimeSpan.Zero : BetweenSlices;
            await (number % 2 == 0 ? EchoAsync(line, far, content, pause) : UploadAsync(far, content, pause, number % 8 < 4 ? HttpVersion.Version11 : HttpVersion.Version20));
        });

        var lost = await line.CountLostAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"{Count} transfers, half by TCP and half by HTTPS, all whole; {lost} packets were lost");
        Assert.NotEqual(0, lost);
    }

    // Through the TCP port, there and back at the same time; then each side ends on its own.
    private static async Task EchoAsync(BadLine line, FarConsole far, byte[] content, TimeSpan pause)
    {
        using var socket = await line.ConnectAsync(far.EchoPort, Cancelled);
        await using var stream = new NetworkStream(socket);
        var receiving = SHA256.HashDataAsync(stream, Cancelled).AsTask();
        await SendAsync(stream, content, pause);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(SHA256.HashData(content), await receiving);
    }

    // Through HTTPS: the pod answers the hash of what arrived.
    private static async Task UploadAsync(FarConsole far, byte[] content, TimeSpan pause, Version version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(far.PodUrl, "/upload"))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new SlicedContent(stream => SendAsync(stream, content, pause)),
        };
        using var answer = await far.Client.SendAsync(request, Cancelled);
        var received = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), (string)received!["sha256"]!);
    }

    private static async Task SendAsync(Stream stream, byte[] content, TimeSpan pause)
    {
        for (ReadOnlyMemory<byte> left = content; !left.IsEmpty; left = left[Math.Min(Slice, left.Length)..])
        {
            await stream.WriteAsync(left[..Math.Min(Slice, left.Length)], Cancelled);
            await stream.FlushAsync(Cancelled);
            await Task.Delay(pause, Cancelled);
        }
    }

    private sealed class SlicedContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
