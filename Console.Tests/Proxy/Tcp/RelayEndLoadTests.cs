using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using PodConsole.Proxy.EventLoops;
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
        var before = await WarmUpAsync(gateway, service);

        for (var number = 0; number < Count; number++)
        {
            await PassBothWaysAsync(gateway, service, clientFirst: number % 2 == 0);
        }

        await AssertNothingIsLeftAsync(gateway, service, before);
    }

    [Fact]
    [Trait("Load", "ends")]
    public async Task Relay_ManyResets_AreSeenOnTheOtherSideWithinASecond()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        var before = await WarmUpAsync(gateway, service);
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

    private static async Task AssertNothingIsLeftAsync(TcpGateway gateway, TcpService service, (int Sockets, int Pipes) before)
    {
        await ConnectionsEndAsync(gateway, service);
        if (LoadSize.IsFull)
        {
            // Nothing else runs then in this process.
            await Eventually.TrueAsync(() => CountDescriptors("socket:") == before.Sockets, "there are as many sockets as before");
            Assert.InRange(CountDescriptors("pipe:"), 0, before.Pipes + (2 * SplicePipe.MaxKept));
        }
    }

    // The first connection makes what stays for the next ones.
    private static async Task<(int Sockets, int Pipes)> WarmUpAsync(TcpGateway gateway, TcpService service)
    {
        await PassBothWaysAsync(gateway, service, clientFirst: true);
        await ConnectionsEndAsync(gateway, service);
        return (CountDescriptors("socket:"), CountDescriptors("pipe:"));
    }

    private static Task ConnectionsEndAsync(TcpGateway gateway, TcpService service) =>
        Eventually.TrueAsync(() => gateway.Relays().Count == 0 && OpenSockets(gateway, service) == 0, "no socket is left");

    private static async Task PassBothWaysAsync(TcpGateway gateway, TcpService service, bool clientFirst)
    {
        using var client = await gateway.ConnectAsync(20000);
        using var served = await service.AcceptNextAsync();
        var (first, second) = clientFirst ? (client, served) : (served, client);
        await PassAsync(first, second);
        await PassAsync(second, first);
    }

    // All of the content, and then the end, while the other direction stays open.
    private static async Task PassAsync(Socket from, Socket to)
    {
        var sending = SendAllAsync(from);
        Assert.Equal(Content, await ReadAllAsync(to));
        await sending;
    }

    // Others than sockets and pipes are not the relay's: the runtime keeps one for each library that it has loaded.
    private static int CountDescriptors(string kind) => !OperatingSystem.IsLinux() ? 0
        : Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget?.StartsWith(kind, StringComparison.Ordinal) == true);

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
