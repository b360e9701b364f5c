using System.Net.Sockets;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>What a connection tells while it runs, and why it ended.</summary>
public abstract class RelayEndTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
}

public sealed class RelayEndTestsOnSockets() : RelayEndTests(onLoops: false);

public sealed class RelayEndTestsOnLoops() : RelayEndTests(onLoops: true);
