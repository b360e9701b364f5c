using System.Net.Sockets;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Tcp;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>What a pod's wait until its connections have ended means at its TCP ports.</summary>
public sealed class PodDrainTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_TcpPort_RefusesNewOnesWhileOpenOnesGoOnAndCancelOpensTheSamePort()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        var port = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        using var client = await PublishedPods.ConnectAsync(port);
        using var served = await service.AcceptNextAsync();

        var drained = Assert.IsType<PodResult.Saved>(await pods.Domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled));

        Assert.Equal(PortState.Draining, pods.Find(pod.Id, service.Port)!.State);
        Assert.Equal(SocketError.ConnectionRefused, await FailureAsync(port));
        await client.AssertAliveAsync(served);
        await pods.Domain.Get<DrainKeeper>().LookAsync();
        await client.AssertAliveAsync(served);

        await pods.Domain.Pods.CancelDrainAsync(TestDomain.Owner, pod.Id, drained.Pod.Drain!, Cancelled);

        Assert.Equal(PortState.Live, pods.Find(pod.Id, service.Port)!.State);
        Assert.Equal(port.External, pods.Find(pod.Id, service.Port)!.External);
        using var another = await PublishedPods.ConnectAsync(port);
        using var servedToo = await service.AcceptNextAsync();
        await another.AssertAliveAsync(servedToo);
        await client.AssertAliveAsync(served);
    }

    [Fact]
    public async Task Drain_LastConnectionEnds_StopsThePod()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        var port = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        using (await PublishedPods.ConnectAsync(port))
        {
            using var served = await service.AcceptNextAsync();
            await pods.Domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled);
            await pods.Domain.Get<DrainKeeper>().LookAsync();
            Assert.Equal(PodIntent.Run, (await pods.Domain.FindAsync(pod.Id))!.Intent);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await pods.Domain.Get<DrainKeeper>().LookAsync();
                return (await pods.Domain.FindAsync(pod.Id))!.Intent == PodIntent.Stop;
            },
            "the pod stops once its connection has ended");
    }

    [Fact]
    public async Task Stop_DuringADrain_GrantsConnectionsTheirTimeAndLeavesThePodAlone()
    {
        await using var pods = await PublishedPods.StartAsync(drain: TimeSpan.FromHours(1));
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        var port = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        using var client = await PublishedPods.ConnectAsync(port);
        using var served = await service.AcceptNextAsync();
        await pods.Domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled);

        await pods.Domain.Get<TcpListenerPool>().StoppingAsync(Cancelled);

        await client.AssertAliveAsync(served);
        Assert.Equal(1, pods.Publisher.CountConnections(pod.Id, new(PortProtocol.Tcp, service.Port)));
        await pods.Domain.Get<DrainKeeper>().LookAsync();
        var after = (await pods.Domain.FindAsync(pod.Id))!;
        Assert.Equal((PodIntent.Run, DrainAction.Stop), (after.Intent, after.Drain?.Action));
    }

    [Fact]
    public async Task Drain_OnePortRemoved_OthersAreLiveAndTheWaitIsTheRemovalsGrace()
    {
        await using var pods = await PublishedPods.StartAsync(drain: TimeSpan.FromHours(1));
        using var removed = new TcpService();
        using var kept = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{removed.Port}, {kept.Port}");
        var port = await pods.WaitForAsync(pod.Id, removed.Port, PortState.Live);
        var other = await pods.WaitForAsync(pod.Id, kept.Port, PortState.Live);
        using var client = await PublishedPods.ConnectAsync(port);
        using var served = await removed.AcceptNextAsync();

        var result = await pods.Domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("", $"{kept.Port}", 64).Ports, DrainsRemoved = true }, Cancelled);

        var waiting = Assert.IsType<PodResult.Saved>(result).Pod;
        Assert.Equal(SocketError.ConnectionRefused, await FailureAsync(port));
        using var second = await PublishedPods.ConnectAsync(other);
        using var servedToo = await kept.AcceptNextAsync();
        await second.AssertAliveAsync(servedToo);
        await client.AssertAliveAsync(served);

        await pods.Domain.Pods.FinishDrainAsync(TestDomain.Owner, pod.Id, waiting.Drain!, Cancelled);

        Assert.Equal("reset", await client.ReadEndAsync());
        await second.AssertAliveAsync(servedToo);
    }

    private static async Task<SocketError> FailureAsync(ExposedPort port)
    {
        try
        {
            using var socket = await PublishedPods.ConnectAsync(port);
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }
}
