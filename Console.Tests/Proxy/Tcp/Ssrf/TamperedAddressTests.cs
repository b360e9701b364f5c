using System.Collections.Concurrent;
using System.Net;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp.Ssrf;

/// <summary>
/// A pod's row that names an address which its runtime never hands out leads nowhere, over TCP and HTTP: not to the console,
/// not to the machine's other listeners, and not into its network.
/// </summary>
public sealed class TamperedAddressTests
{
    private static readonly string[] Addresses =
    [
        "127.0.0.1", "127.0.0.2", "127.63.255.255", "127.128.0.0", "0.0.0.0", "0", "127.1", "2130706433", "0x7f000001", "0x7f.1",
        "017700000001", "0177.0.0.1", "::", "::1", "[::1]", "::127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f40:9",
        "localhost", "127.64.0.9:22", "127.64.0.9/8", "127.64.0.9,127.0.0.1", "127.64.0.9%lo", "127.64.0.9 127.0.0.1",
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "fd00:ec2::254",
        "fe80::1", "fe80::1%lo", "fe80::1%1", "169.254.170.2", "100.100.100.200", "metadata.google.internal", "10.0.0.1", "172.17.0.1",
        "192.168.0.1", "224.0.0.1", "255.255.255.255", "ff02::1", "unix:/var/run/docker.sock", "/var/run/docker.sock", "", " ", "null",
    ];

    private readonly ConcurrentQueue<IPAddress> _asked = new();

    [Fact]
    public async Task Connect_AddressThatTheRuntimeDoesNotHandOut_IsNeverDialled()
    {
        using var trap = new TrapListener(IPAddress.IPv6Any);
        await using var pods = await StartAsync();
        var (pod, port) = await DeployAsync(pods, trap);
        _asked.Clear();

        foreach (var address in Addresses)
        {
            await MoveAsync(pods, pod, address);
            Assert.Equal("reset", await TcpGateway.FindEndAsync(PublishedPods.EndPointOf(port)));
            Assert.True(pods.Route(pod, 8888) is { Upstream: null }, $"{address} got a way for HTTP");
        }

        Assert.Empty(_asked);
        Assert.Equal(0, await trap.CountAsync());
    }

    [Theory]
    [InlineData("127.64.0.9")]
    [InlineData("::ffff:127.64.0.9")]
    [InlineData("::ffff:7f40:9")]
    public async Task Connect_AddressThatTheRuntimeHandsOut_IsAskedForAndDialled(string address)
    {
        using var service = new TrapListener(IPAddress.IPv6Any);
        await using var pods = await StartAsync();
        var (pod, port) = await DeployAsync(pods, service);

        await MoveAsync(pods, pod, address);

        using var client = await PublishedPods.ConnectAsync(port);
        await Eventually.TrueAsync(async () => await service.CountAsync() == 1, "the pod's address is dialled");
        Assert.All(_asked, asked => Assert.Equal(IPAddress.Parse("127.64.0.9"), asked));
    }

    private async Task<PublishedPods> StartAsync()
    {
        var pods = await PublishedPods.StartAsync();
        pods.Domain.Runtime.Address = IPAddress.Parse("127.64.0.9");
        pods.Domain.Runtime.Capabilities = pods.Domain.Runtime.Capabilities with { Addresses = IPNetwork.Parse("127.64.0.0/10") };
        pods.Domain.Runtime.PortHolder = (_, address, _) =>
        {
            _asked.Enqueue(address);
            return new(PortHolderKind.Pod);
        };
        return pods;
    }

    private static async Task<(PodId PodId, ExposedPort Port)> DeployAsync(PublishedPods pods, TrapListener trap)
    {
        var pod = await pods.Domain.DeployAsync("8888", $"{trap.Port}");
        return (pod.Id, await pods.WaitForAsync(pod.Id, trap.Port, PortState.Live));
    }

    private static async Task MoveAsync(PublishedPods pods, PodId podId, string address)
    {
        await pods.CorruptAsync($"UPDATE Pods SET RuntimeAddress = {address} WHERE Id = {podId.Value}");
        await pods.Publisher.PublishAsync(podId);
    }
}
