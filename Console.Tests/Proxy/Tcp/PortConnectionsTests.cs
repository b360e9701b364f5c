using System.Net;
using System.Net.Sockets;
using System.Text;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.ProxyProtocol;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>What the options of a port do to its connections.</summary>
public abstract class PortConnectionsTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_AsManyAsThePortMayHave_ResetsTheNextOneAndCountsIt()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new() { MaxConnections = 2 });
        using var first = await gateway.ConnectAsync(20000);
        using var servedFirst = await service.AcceptNextAsync();
        using var second = await gateway.ConnectAsync(20000);
        await second.AssertAliveAsync(await service.AcceptNextAsync());

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        Assert.Equal((2, 1), (service.Count, (int)gateway.Connections.Refused));

        first.Close(0);
        await Eventually.TrueAsync(() => gateway.Relays().Count == 1, "one has ended");
        using var third = await gateway.ConnectAsync(20000);
        await third.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal(1, gateway.Connections.Refused);
    }

    [Fact]
    public async Task Serve_ManyAtOnce_NeverExceedsTheLimit()
    {
        const int Limit = 7;
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new() { MaxConnections = Limit });

        var ends = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                using var client = await gateway.ConnectAsync(20000);
                await client.SendTextAsync("x");
                return await client.ReadEndAsync();
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                return "reset";
            }
        }).Append(EndAllAsync()));

        Assert.Equal((Limit, 40 - Limit), (ends.Count(end => end == "end"), ends.Count(end => end == "reset")));
        Assert.Equal((Limit, 40 - Limit), (service.Count, (int)gateway.Connections.Refused));

        // None of those that were let in ends before all have come.
        async Task<string> EndAllAsync()
        {
            var open = new List<Socket>();
            while (open.Count < Limit)
            {
                open.Add(await service.AcceptNextAsync());
            }

            await Eventually.TrueAsync(() => gateway.Connections.Refused == 40 - Limit, "the others were refused");
            foreach (var socket in open)
            {
                Assert.Equal("x", await socket.ReadTextAsync(1));
                socket.Shutdown(SocketShutdown.Send);
            }

            return "";
        }
    }

    [Fact]
    public async Task Serve_OneClientHasItsFill_OthersComeIn()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new() { MaxConnectionsPerClient = 1 });
        var other = TcpGateway.NewAddress();
        using var first = await gateway.ConnectAsync(20000);
        await first.AssertAliveAsync(await service.AcceptNextAsync());

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        using var second = await gateway.ConnectAsync(20000, from: other);
        await second.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync(from: other));
    }

    [Fact]
    public async Task Adopt_LowerLimit_EndsNothingThatRuns()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new());
        using var first = await gateway.ConnectAsync(20000);
        var servedFirst = await service.AcceptNextAsync();
        using var second = await gateway.ConnectAsync(20000);
        var servedSecond = await service.AcceptNextAsync();

        Open(gateway, service, new() { MaxConnections = 1 });

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        await first.AssertAliveAsync(servedFirst);
        await second.AssertAliveAsync(servedSecond);
    }

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
    public async Task Adopt_NetworkShutOutWhileAConnectionIsAccepted_ResetsItWithoutDialling()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new());
        gateway.Accepted = () => Open(gateway, service, new() { DeniedNetworks = "127.0.0.0/8" });

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());

        await Eventually.TrueAsync(() => gateway.Relays().Count == 0, "it has left");
        Assert.Equal(0, service.Count);
    }

    [Fact]
    public async Task Serve_NetworkIsShutOut_AsksWhoListensForTheOthersOnly()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var (admitted, asked) = (TcpGateway.NewAddress(), 0);
        gateway.Runtime.PortHolder = (_, _, _) =>
        {
            Interlocked.Increment(ref asked);
            return new(PortHolderKind.Pod);
        };
        Open(gateway, service, new() { AllowedNetworks = $"{admitted}/32" });

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        Assert.Equal(0, asked);

        using var client = await gateway.ConnectAsync(20000, from: admitted);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("nobody listens")]
    [InlineData("pod stopped")]
    [InlineData("limit")]
    public async Task Serve_NotLetIn_IsNotAmongTheClosed(string why)
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var wanted = gateway.Want(20000, why == "pod stopped" ? null : service.Port);
        gateway.Reconcile(wanted with
        {
            Options = why switch
            {
                "network" => new() { DeniedNetworks = "127.0.0.0/8" },
                "limit" => new() { MaxConnections = 0 },
                _ => new(),
            },
        });
        if (why == "nobody listens")
        {
            gateway.Runtime.PortHolder = (_, _, _) => new(PortHolderKind.Nobody);
        }

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());

        await Eventually.TrueAsync(() => gateway.Relays().Count == 0, "it has left");
        await gateway.Pool.StopAsync(Cancelled);
        Assert.Empty(gateway.Closed.List(new HashSet<PodId> { gateway.PodId }));
    }

    [Fact]
    public async Task Relay_WhileItRuns_TellsWhatALiveViewNeeds()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.SendTextAsync("question");
        Assert.Equal("question", await served.ReadTextAsync(8));
        await served.SendTextAsync("a");
        Assert.Equal("a", await client.ReadTextAsync(1));

        var relay = Assert.Single(gateway.Relays());
        await Eventually.TrueAsync(() => (relay.Up.Bytes, relay.Down.Bytes) == (8, 1), "all is counted");
        Assert.Equal(client.LocalEndPoint, relay.Client);
        Assert.InRange(relay.Started, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow);
        Assert.InRange(relay.Silence, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Null(relay.Ended);

        relay.End(RelayEnd.Killed);

        Assert.Equal("reset", await client.ReadEndAsync());
        Assert.Equal("reset", await served.ReadEndAsync());
        Assert.Equal(RelayEnd.Killed, relay.Ended);
    }

    [Theory]
    [InlineData("client ends", "ClientClosed", CloseReason.Finished)]
    [InlineData("pod ends", "PodClosed", CloseReason.Finished)]
    [InlineData("client resets", "ClientReset", CloseReason.Client)]
    [InlineData("pod resets", "PodReset", CloseReason.Pod)]
    [InlineData("network", "NetworkShutOut", CloseReason.PortRemoved)]
    [InlineData("removed", "PortRemoved", CloseReason.PortRemoved)]
    [InlineData("stop", "Stopped", CloseReason.Stopped)]
    public async Task Relay_HasEnded_TellsWhy(string how, string expected, CloseReason reason)
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        using var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);
        var relay = Assert.Single(gateway.Relays());

        switch (how)
        {
            case "client ends":
                client.Shutdown(SocketShutdown.Send);
                Assert.Equal("end", await served.ReadEndAsync());
                served.Shutdown(SocketShutdown.Send);
                break;
            case "pod ends":
                served.Shutdown(SocketShutdown.Send);
                Assert.Equal("end", await client.ReadEndAsync());
                client.Shutdown(SocketShutdown.Send);
                break;
            case "client resets":
                client.Close(0);
                break;
            case "pod resets":
                served.Close(0);
                break;
            case "network":
                Open(gateway, service, new() { DeniedNetworks = "127.0.0.0/8" });
                break;
            case "removed":
                gateway.Reconcile();
                break;
            default:
                await gateway.Pool.StopAsync(Cancelled);
                break;
        }

        await Eventually.TrueAsync(() => relay.Ended is not null, "it has ended");
        Assert.Equal(expected, $"{relay.Ended}");
        await Eventually.TrueAsync(() => gateway.Closed.List(new HashSet<PodId> { gateway.PodId }).Count == 1, "it is among the closed");
        Assert.Equal(reason, gateway.Closed.List(new HashSet<PodId> { gateway.PodId })[0].Reason);
    }

    [Fact]
    public async Task Relay_PodReadsNothingAndTheClientResets_EndsSoon()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var client = await gateway.ConnectToAsync(service.Port);
        using var served = await service.AcceptNextAsync();
        var relay = await gateway.RelayAsync();
        var sending = client.SendAsync(new byte[64 * 1024 * 1024], Cancelled).AsTask();
        await Eventually.TrueAsync(() => relay.Up is { IsHeldBack: true, Bytes: > 0 }, "the client is held back");

        client.Close(0);

        await Assert.ThrowsAnyAsync<SocketException>(() => sending);
        await Eventually.TrueAsync(() => relay.Ended == RelayEnd.ClientReset, "the reset was seen");
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

    private static void Open(TcpGateway gateway, TcpService service, PortOptions options) =>
        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port) with { Options = options }));

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

public sealed class PortConnectionsTestsOnSockets() : PortConnectionsTests(onLoops: false);

public sealed class PortConnectionsTestsOnLoops() : PortConnectionsTests(onLoops: true);
