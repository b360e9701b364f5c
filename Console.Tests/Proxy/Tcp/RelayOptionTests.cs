using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>What the gateway asks the system for on both sockets of a connection.</summary>
public abstract class RelayOptionTests(bool onLoops) : RelayTests(onLoops)
{
    [Fact]
    public async Task Relay_BothSockets_SendSmallMessagesAtOnceAndCheckSilentPeers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The sockets are found in /proc.");
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        foreach (var (local, remote) in new[] { (client.RemoteEndPoint, client.LocalEndPoint), (served.RemoteEndPoint, served.LocalEndPoint) })
        {
            var descriptor = FindDescriptor((IPEndPoint)local!, (IPEndPoint)remote!);
            int[] wanted = [1, 1, 4];
            await Eventually.TrueAsync(
                () => wanted.SequenceEqual([
                    Read(descriptor, 6, 1), // IPPROTO_TCP, TCP_NODELAY
                    Read(descriptor, 1, 9), // SOL_SOCKET, SO_KEEPALIVE
                    Read(descriptor, 6, 6), // TCP_KEEPCNT
                ]),
                "the system is asked for all of it");
            Assert.InRange(Read(descriptor, 6, 4), 30, 60); // TCP_KEEPIDLE
            Assert.InRange(Read(descriptor, 6, 5), 10, 15); // TCP_KEEPINTVL
        }
    }

    [Fact]
    public async Task Relay_ConnectionsThatCameTogether_AreNotCheckedTogether()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The sockets are found in /proc.");
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var clients = new List<Socket>();
        for (var number = 0; number < 20; number++)
        {
            clients.Add(number == 0 ? await gateway.ConnectToAsync(service.Port) : await gateway.ConnectAsync(20000));
            await clients[^1].AssertAliveAsync(await service.AcceptNextAsync());
        }

        int[] descriptors = [.. clients.Select(client => FindDescriptor((IPEndPoint)client.RemoteEndPoint!, (IPEndPoint)client.LocalEndPoint!))];

        await Eventually.TrueAsync(
            () => descriptors.Select(descriptor => Read(descriptor, 6, 4)).Distinct().Count() > 5, // TCP_KEEPIDLE
            "each has a pace of its own");
        clients.ForEach(client => client.Dispose());
    }

    // As /proc writes an IPv4 address; one in the form of IPv6 ends in the same way.
    private static string TextOf(IPEndPoint endpoint) =>
        $"{BitConverter.ToUInt32(endpoint.Address.GetAddressBytes()):X8}:{endpoint.Port:X4}";

    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
    private static int FindDescriptor(IPEndPoint local, IPEndPoint remote)
    {
        var line = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(fields => fields[1].EndsWith(TextOf(local), StringComparison.Ordinal) && fields[2].EndsWith(TextOf(remote), StringComparison.Ordinal));
        var path = Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .First(path => new FileInfo(path).LinkTarget == $"socket:[{line[9]}]");
        return int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
    }

    private static int Read(int socket, int level, int name)
    {
        var size = sizeof(int);
        Assert.Equal(0, GetOption(socket, level, name, out var value, ref size));
        return value;
    }

    [DllImport("libc", EntryPoint = "getsockopt")]
    private static extern int GetOption(int socket, int level, int name, out int value, ref int size);
}

public sealed class RelayOptionTestsOnSockets() : RelayOptionTests(onLoops: false);

public sealed class RelayOptionTestsOnLoops() : RelayOptionTests(onLoops: true);
