using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Ports that come, go and move while connections are open.</summary>
public abstract class TcpListenerPoolTests(bool onLoops) : RelayTests(onLoops)
{
    [Fact]
    public async Task Reconcile_PortRemoved_RefusesNewOnesAndTheOtherPortLivesOn()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port), gateway.Want(20001, service.Port));
        using var other = await gateway.ConnectAsync(20001);
        var served = await service.AcceptNextAsync();

        gateway.Reconcile(gateway.Want(20001, service.Port));

        await AssertRefusedAsync(gateway, 20000);
        await other.AssertAliveAsync(served);
        using var another = await gateway.ConnectAsync(20001);
        await another.AssertAliveAsync(await service.AcceptNextAsync());
    }

    [Fact]
    public async Task Reconcile_PortRemoved_GrantsTheDrainTimeThenResets()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(TimeSpan.FromSeconds(30), clock);
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        gateway.Reconcile();

        await AssertRefusedAsync(gateway, 20000);
        await client.AssertAliveAsync(served);
        clock.Advance(TimeSpan.FromSeconds(29));
        await client.AssertAliveAsync(served);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("reset", await client.ReadEndAsync());
        Assert.Equal("reset", await served.ReadEndAsync());
    }

    [Fact]
    public async Task Reconcile_NetworkShutOut_ResetsItsConnectionsAndTakesNoMore()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        gateway.Reconcile(gateway.Want(20000, service.Port) with { Options = new() { DeniedNetworks = "127.0.0.0/8" } });

        Assert.Equal("reset", await client.ReadEndAsync());
        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        gateway.Reconcile(gateway.Want(20000, service.Port) with { Options = new() { AllowedNetworks = "127.0.0.0/8" } });
        using var again = await gateway.ConnectAsync(20000);
        await again.AssertAliveAsync(await service.AcceptNextAsync());
    }

    [Fact]
    public async Task Reconcile_Twice_ChangesNothing()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();

        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port)));

        await client.AssertAliveAsync(served);
        Assert.Single(gateway.Relays());
    }

    [Fact]
    public async Task Reconcile_PodMoved_NewConnectionsGoToTheNewPlace()
    {
        await using var gateway = NewGateway();
        using var before = new TcpService();
        using var after = new TcpService();
        using var old = await gateway.ConnectToAsync(before.Port);
        var served = await before.AcceptNextAsync();

        gateway.Reconcile(gateway.Want(20000, after.Port));

        using var client = await gateway.ConnectAsync(20000);
        await client.AssertAliveAsync(await after.AcceptNextAsync());
        await old.AssertAliveAsync(served);
        Assert.Equal(1, before.Count);
    }

    [Fact]
    public async Task Reconcile_AnotherLeaseOfTheSamePort_EndsTheOldOnesConnections()
    {
        await using var gateway = NewGateway(drain: TimeSpan.Zero);
        using var before = new TcpService();
        using var after = new TcpService();
        using var old = await gateway.ConnectToAsync(before.Port);
        await old.AssertAliveAsync(await before.AcceptNextAsync());

        Assert.Empty(gateway.Reconcile(gateway.Want(20000, after.Port, epoch: 2)));

        Assert.Equal("reset", await old.ReadEndAsync());
        using var client = await gateway.ConnectAsync(20000);
        await client.AssertAliveAsync(await after.AcceptNextAsync());
    }

    [Fact]
    public async Task Reconcile_PortIsTaken_SaysSoAndOpensItOnceItIsFree()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var thief = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        thief.Bind(new System.Net.IPEndPoint(gateway.Address, 20000));
        thief.Listen();

        var problems = gateway.Reconcile(gateway.Want(20000, service.Port), gateway.Want(20001, service.Port));

        var (key, problem) = Assert.Single(problems);
        Assert.Equal(new(PortProtocol.Tcp, 20000), key);
        Assert.Equal($"Another program on this machine already listens on {gateway.Address}:20000. Stop it, or reset the pod to get another port.", problem);
        using var other = await gateway.ConnectAsync(20001);
        await other.AssertAliveAsync(await service.AcceptNextAsync());

        thief.Dispose();
        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port), gateway.Want(20001, service.Port)));
        using var client = await gateway.ConnectAsync(20000);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
    }

    [Fact]
    public async Task Reconcile_AddressIsNotOfThisMachine_SaysWhichSetting()
    {
        await using var gateway = NewGateway();
        var elsewhere = gateway.Want(20000, 1) with { Bind = new(System.Net.IPAddress.Parse("192.0.2.1"), 20000) };

        var problem = Assert.Single(gateway.Reconcile(elsewhere)).Value;

        Assert.Equal("This machine has no address 192.0.2.1. An administrator can correct Gateway:PublicAddresses.", problem);
    }

    [Fact]
    public async Task CountConnections_ConnectionEnds_CountsDown()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var client = await gateway.ConnectToAsync(service.Port);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Single(gateway.Relays());

        client.Close(0);

        await Eventually.TrueAsync(() => gateway.Relays().Count == 0, "no connection is open");
    }

    [Fact]
    public async Task StopAsync_OpenConnections_LiveToTheDeadlineThenAreReset()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(TimeSpan.FromSeconds(30), clock);
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();

        var stopping = gateway.Pool.StopAsync(TestContext.Current.CancellationToken);

        await AssertRefusedAsync(gateway, 20000);
        await client.AssertAliveAsync(served);
        Assert.False(stopping.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(30));
        await stopping;
        Assert.Equal("reset", await client.ReadEndAsync());
    }

    [Fact]
    public async Task StopAsync_PortWhoseOwnerWaits_LivesToTheDeadlineToo()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(TimeSpan.FromSeconds(30), clock);
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);
        gateway.Reconcile(gateway.Want(20000, service.Port) with { IsDraining = true });

        var stopping = gateway.Pool.StopAsync(TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(29));
        await client.AssertAliveAsync(served);
        clock.Advance(TimeSpan.FromSeconds(1));
        await stopping;
        Assert.Equal("reset", await client.ReadEndAsync());
    }

    [Fact]
    public async Task Reconcile_PortWhoseOwnerWaitedIsRemoved_ResetsAtOnce()
    {
        await using var gateway = NewGateway(TimeSpan.FromSeconds(30), new FakeTimeProvider());
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        gateway.Reconcile(gateway.Want(20000, service.Port) with { IsDraining = true });

        gateway.Reconcile();

        Assert.Equal("reset", await client.ReadEndAsync());
    }

    [Fact]
    public async Task ListBusy_WhileAPortIsBeingClosed_NamesItOnce()
    {
        var log = new LineLog();
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(TimeSpan.FromSeconds(30), clock, log);
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        var counts = new List<int>();
        log.OnLine = () => counts.Add(gateway.Pool.ListBusy().Count());

        gateway.Reconcile(gateway.Want(20001, service.Port));

        // It is told that one port closed, and that another opened.
        Assert.Equal([1, 1], counts);
        log.OnLine = null;
        clock.Advance(TimeSpan.FromSeconds(30));
    }

    private static async Task AssertRefusedAsync(TcpGateway gateway, int port)
    {
        var exception = await Assert.ThrowsAsync<SocketException>(() => gateway.ConnectAsync(port));
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }
}

public sealed class TcpListenerPoolTestsOnSockets() : TcpListenerPoolTests(onLoops: false);

public sealed class TcpListenerPoolTestsOnLoops() : TcpListenerPoolTests(onLoops: true);
