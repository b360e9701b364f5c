using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Ends and resets, many of each.</summary>
public abstract class RelayEndLoadTests(bool onLoops) : RelayTests(onLoops)
{
    private static readonly int Count = LoadSize.Of(20, 1000);
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(1024 * 1024);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "ends")]
    public async Task Relay_ManyEnds_PassEachWayAndNoByteIsLost()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        var before = Descriptors();

        for (var number = 0; number < Count; number++)
        {
            using var client = await gateway.ConnectAsync(20000);
            using var served = await service.AcceptNextAsync();
            var (first, second) = number % 2 == 0 ? (client, served) : (served, client);
            await PassAsync(first, second);
            await PassAsync(second, first);
        }

        await AssertNothingIsLeftAsync(gateway, service, before);

        // All of the content, and then the end, while the other direction stays open.
        static async Task PassAsync(Socket from, Socket to)
        {
            var sending = SendAllAsync(from);
            Assert.Equal(Content, await ReadAllAsync(to));
            await sending;
        }
    }

    [Fact]
    [Trait("Load", "ends")]
    public async Task Relay_ManyResets_AreSeenOnTheOtherSideWithinASecond()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        var before = Descriptors();
        var longest = TimeSpan.Zero;

        for (var number = 0; number < Count; number++)
        {
            using var client = await gateway.ConnectAsync(20000);
            using var served = await service.AcceptNextAsync();
            await client.AssertAliveAsync(served);
            var (first, second) = number % 2 == 0 ? (client, served) : (served, client);
            var started = Stopwatch.GetTimestamp();
            first.Close(0);
            Assert.Equal("reset", await second.ReadEndAsync());
            longest = longest > Stopwatch.GetElapsedTime(started) ? longest : Stopwatch.GetElapsedTime(started);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{Count} resets, the slowest was seen after {longest.TotalMilliseconds:0.0} ms");
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromSeconds(LoadSize.Of(60, 1)));
        await AssertNothingIsLeftAsync(gateway, service, before);
    }

    private static async Task AssertNothingIsLeftAsync(TcpGateway gateway, TcpService service, int before)
    {
        await Eventually.TrueAsync(() => gateway.Relays().Count == 0 && OpenSockets(gateway, service) == 0, "no socket is left");
        if (LoadSize.IsFull)
        {
            // Nothing else runs then in this process.
            TestContext.Current.TestOutputHelper!.WriteLine($"descriptors before {before}, after {Descriptors()}");
            Assert.InRange(Descriptors(), 0, before + 16);
        }
    }

    private static int Descriptors() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;

    private static int OpenSockets(TcpGateway gateway, TcpService service) => IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveTcpConnections().Count(item => item.State != TcpState.TimeWait
            && (item.LocalEndPoint.Address.Equals(gateway.Address) || item.RemoteEndPoint.Port == service.Port));

    private static async Task SendAllAsync(Socket socket)
    {
        for (ReadOnlyMemory<byte> left = Content; !left.IsEmpty;)
        {
            left = left[await socket.SendAsync(left, Cancelled)..];
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        using var content = new MemoryStream(Content.Length);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await socket.ReceiveAsync(buffer, Cancelled)) > 0;)
        {
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}

public sealed class RelayEndLoadTestsOnSockets() : RelayEndLoadTests(onLoops: false);

public sealed class RelayEndLoadTestsOnLoops() : RelayEndLoadTests(onLoops: true);
