using System.Net;
using System.Net.Sockets;
using System.Text;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.ProxyProtocol;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>The service is told who connects, with the PROXY protocol.</summary>
public abstract class ClientAddressTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProxyProtocolVersion.V1)]
    [InlineData(ProxyProtocolVersion.V2)]
    public async Task Adopt_ProxyProtocol_TellsNewConnectionsClientBeforeItsFirstByte(ProxyProtocolVersion version)
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new());
        using var before = await gateway.ConnectAsync(20000);
        var servedBefore = await service.AcceptNextAsync();
        await before.AssertAliveAsync(servedBefore);

        Open(gateway, service, new() { ProxyProtocol = version });
        using var client = await gateway.ConnectAsync(20000, from: TcpGateway.NewAddress());
        await client.SendTextAsync("hello");
        var served = await service.AcceptNextAsync();

        var (from, to) = ((IPEndPoint)client.LocalEndPoint!, new IPEndPoint(gateway.Address, 20000));
        var header = version == ProxyProtocolVersion.V1 ? ProxyHeader.WriteVersion1(from, to) : ProxyHeader.WriteVersion2(from, to);
        Assert.Equal(Encoding.Latin1.GetString(header) + "hello", await ReadLatinAsync(served, header.Length + 5));
        await served.SendTextAsync("answer");
        Assert.Equal("answer", await client.ReadTextAsync(6));
        Assert.Equal(5, (await RelayOfAsync(gateway, client)).Up.Bytes);
        await before.AssertAliveAsync(servedBefore);
    }

    [Fact]
    public async Task Serve_ClientOverIPv6_TellsWhereItComesFromAndWhereTo()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var free = HoldFreeOnIPv6();
        var bind = (IPEndPoint)free.LocalEndPoint!;
        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port) with { Bind = bind, Options = new() { ProxyProtocol = ProxyProtocolVersion.V1 } }));

        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(bind, Cancelled);
        using var served = await service.AcceptNextAsync();

        var header = Encoding.Latin1.GetString(ProxyHeader.WriteVersion1((IPEndPoint)client.LocalEndPoint!, bind));
        Assert.Equal(header, await ReadLatinAsync(served, header.Length));
        Assert.Equal(client.LocalEndPoint, (await gateway.RelayAsync()).Client);
    }

    // Bound without listening, so that the system gives the port to nobody who asks for any, and yet lets another listen there.
    private static Socket HoldFreeOnIPv6()
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        return socket;
    }

    private static async Task<TcpRelay> RelayOfAsync(TcpGateway gateway, Socket client)
    {
        await Eventually.TrueAsync(() => gateway.Relays().Any(relay => client.LocalEndPoint!.Equals(relay.Client) && relay.Up.Bytes > 0), "it is there");
        return gateway.Relays().Single(relay => client.LocalEndPoint!.Equals(relay.Client));
    }

    private static async Task<string> ReadLatinAsync(Socket socket, int length)
    {
        var buffer = new byte[length];
        for (var read = 0; read < length;)
        {
            read += await socket.ReceiveAsync(buffer.AsMemory(read), Cancelled);
        }

        return Encoding.Latin1.GetString(buffer);
    }
}

public sealed class ClientAddressTestsOnSockets() : ClientAddressTests(onLoops: false);

public sealed class ClientAddressTestsOnLoops() : ClientAddressTests(onLoops: true);
