using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Connections that are silent, and services that do not answer.</summary>
public abstract class RelayTimeoutTests(bool onLoops) : RelayTests(onLoops)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 3600)]
    [InlineData(120, 120)]
    public async Task Relay_SilentBothWays_IsResetAtTheEndOfTheTimeout(int? own, int seconds)
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(clock: clock);
        using var service = new TcpService();
        using var client = await ConnectAsync(gateway, service, own);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);
        await gateway.CountedAsync(up: 4, down: 4);

        clock.Advance(TimeSpan.FromSeconds(seconds) - Moment);
        await served.SendTextAsync("still here");
        Assert.Equal("still here", await client.ReadTextAsync(10));
        await gateway.CountedAsync(up: 4, down: 14);
        clock.Advance(TimeSpan.FromSeconds(seconds) - Moment);
        await client.AssertAliveAsync(served);
        await gateway.CountedAsync(up: 8, down: 18);
        var relay = Assert.Single(gateway.Relays());
        Assert.Null(relay.Ended);
        await PassAsync(clock, TimeSpan.FromSeconds(seconds), relay);

        Assert.Equal("reset", await client.ReadEndAsync());
        Assert.Equal("reset", await served.ReadEndAsync());
        Assert.Equal(RelayEnd.IdleTimeout, relay.Ended);
        await Eventually.TrueAsync(() => gateway.Closed.List(new HashSet<PodId> { gateway.PodId }) is [{ Reason: CloseReason.Timeout }], "it is among the closed");
    }

    [Fact]
    public async Task Relay_NoTimeout_StaysOpenForDays()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(clock: clock);
        using var service = new TcpService();
        using var client = await ConnectAsync(gateway, service, 0);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        clock.Advance(TimeSpan.FromDays(3));

        await client.AssertAliveAsync(served);
        Assert.InRange(Assert.Single(gateway.Relays()).Silence, TimeSpan.Zero, TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task Adopt_OtherTimeout_HoldsForNewConnectionsAlone()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(clock: clock);
        using var service = new TcpService();
        using var before = await ConnectAsync(gateway, service, 0);
        var servedBefore = await service.AcceptNextAsync();
        await before.AssertAliveAsync(servedBefore);
        using var after = await ConnectAsync(gateway, service, 60);
        await after.AssertAliveAsync(await service.AcceptNextAsync());
        await gateway.CountedAsync(up: 8, down: 8);

        await PassAsync(clock, TimeSpan.FromSeconds(61), gateway.Relays().Single(relay => after.LocalEndPoint!.Equals(relay.Client)));

        Assert.Equal("reset", await after.ReadEndAsync());
        await before.AssertAliveAsync(servedBefore);
    }

    [Fact]
    public async Task Relay_HalfClosedAndSilent_IsResetAfter30Seconds()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(clock: clock);
        using var service = new TcpService();
        using var client = await ConnectAsync(gateway, service, 0);
        var served = await service.AcceptNextAsync();
        var relay = await gateway.RelayAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("end", await served.ReadEndAsync());
        await Eventually.TrueAsync(() => relay.Up.HasEnded, "the end was passed on");

        clock.Advance(TimeSpan.FromSeconds(29));
        await served.SendTextAsync("x");
        Assert.Equal("x", await client.ReadTextAsync(1));
        await gateway.CountedAsync(up: 0, down: 1);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Null(relay.Ended);
        await PassAsync(clock, TimeSpan.FromSeconds(2), relay);

        Assert.Equal("reset", await client.ReadEndAsync());
        Assert.Equal(RelayEnd.HalfClosedTimeout, relay.Ended);
    }

    [Fact]
    public async Task Relay_PodHasClosedAndTheClientReadsSlowly_LosesNothing()
    {
        const int Size = 3 * 1024 * 1024;
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(clock: clock);
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(new IPEndPoint(gateway.Address, 20000), Cancelled);
        var served = await service.AcceptNextAsync();
        var relay = await gateway.RelayAsync();
        var sending = served.SendAsync(new byte[Size], Cancelled);
        var read = 0;
        var buffer = new byte[64 * 1024];

        // The pod has sent all and gone long before the client has read it: the rest is in the system's buffers.
        await sending;
        served.Shutdown(SocketShutdown.Send);
        while (!relay.Down.HasEnded)
        {
            read += await client.ReceiveAsync(buffer, Cancelled);
        }

        Assert.InRange(read, 0, Size - 1);
        while (read < Size)
        {
            // Several steps to the limit: the next receive may only get what the client's own system had already.
            clock.Advance(TimeSpan.FromSeconds(5));
            read += await client.ReceiveAsync(buffer, Cancelled);
        }

        Assert.Equal(0, await client.ReceiveAsync(buffer, Cancelled));
    }

    [Fact]
    public async Task Relay_PodHasClosedAndTheClientReadsNothing_IsResetAfter30SecondsThoughBytesAreLeft()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = NewGateway(clock: clock);
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(new IPEndPoint(gateway.Address, 20000), Cancelled);
        var served = await service.AcceptNextAsync();
        var relay = await gateway.RelayAsync();
        await served.SendAsync(new byte[512 * 1024], Cancelled);
        served.Shutdown(SocketShutdown.Send);
        await Eventually.TrueAsync(() => relay.Down.HasEnded, "the end was passed on");
        var passed = TimeSpan.Zero;

        // Until the system has settled, what it delivers to the client's buffer is progress.
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(Moment);
                passed += Moment;
                return relay.Ended is not null;
            },
            "the connection ends");

        Assert.Equal(RelayEnd.HalfClosedTimeout, relay.Ended);
        Assert.InRange(passed, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(59));
    }

    [Fact]
    public async Task Dial_ServiceTakesNoConnection_ResetsAfter5SecondsAndSaysWhatToDo()
    {
        var clock = new FakeTimeProvider();
        var log = new LineLog();
        await using var gateway = NewGateway(clock: clock, log: log);
        using var busy = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        busy.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        busy.Listen(0);
        var target = (IPEndPoint)busy.LocalEndPoint!;
        using var first = await TcpGateway.ConnectAsync(target);
        gateway.Reconcile(gateway.Want(20000, target.Port));

        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var client = await gateway.ConnectAsync(20000);
            var end = client.ReadEndAsync();
            await gateway.RelayAsync();
            await Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(Moment);
                    return end.IsCompleted;
                },
                "the client is reset");
            Assert.Equal("reset", await end);
        }

        var line = Assert.Single(log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Equal(
            $"Warning: Pod {gateway.PodId}: a connection to 20000/tcp was reset, because at {target} it was not accepted within 5 s. "
            + "The service is probably too busy to accept connections: look at its log, or restart the pod.", line);
    }

    // Lets time pass until a connection ends: the system may tell late that the last bytes have arrived, and until then they are no silence.
    private static Task PassAsync(FakeTimeProvider clock, TimeSpan time, TcpRelay relay) => Eventually.TrueAsync(
        () =>
        {
            clock.Advance(time);
            return relay.Ended is not null;
        },
        "the connection ends");

    private static Task<Socket> ConnectAsync(TcpGateway gateway, TcpService service, int? idleSeconds)
    {
        TimeSpan? idle = idleSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        gateway.Reconcile(gateway.Want(20000, service.Port) with { Options = new PortOptions { IdleTimeout = idle } });
        return gateway.ConnectAsync(20000);
    }
}

public sealed class RelayTimeoutTestsOnSockets() : RelayTimeoutTests(onLoops: false);

public sealed class RelayTimeoutTestsOnLoops() : RelayTimeoutTests(onLoops: true);
