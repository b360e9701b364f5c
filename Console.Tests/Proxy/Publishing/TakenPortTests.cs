using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Tcp;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>External ports that another program takes while a pod holds them.</summary>
public sealed class TakenPortTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ExternalPortIsTaken_MovesToAnotherAndTellsTheOwner()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("8888", $"{service.Port}, 5000");
        var before = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        var other = pods.Find(pod.Id, 5000)!;
        using var thief = Steal(pods, pod.Id, before);

        var exposure = await pods.Publisher.PublishAsync(pod.Id);

        var after = exposure.Ports.Single(port => port.Key.Number == service.Port);
        Assert.Equal(PortState.Live, after.State);
        Assert.Equal(
            $"Another program on this machine took external port {before.External!.Port}, so this port moved to {after.External!.Port}. "
            + $"RUNPOD_TCP_PORT_{service.Port} changes at the pod's next restart, the file in $POD_PORTS_FILE at once.",
            after.Warning);
        Assert.NotEqual(before.External.Port, after.External.Port);
        Assert.Equal(other.External, exposure.Ports.Single(port => port.Key.Number == 5000).External);
        using var client = await PublishedPods.ConnectAsync(after);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal(pod.Version, (await pods.Domain.FindAsync(pod.Id))!.Version);
    }

    [Fact]
    public async Task Reset_AfterAMove_ForgetsIt()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("", "22");
        using var thief = Steal(pods, pod.Id, await pods.WaitForAsync(pod.Id, 22, PortState.Live));
        await pods.Publisher.PublishAsync(pod.Id);
        var moved = pods.Find(pod.Id, 22)!;

        var reset = Assert.IsType<PodResult.Saved>(await pods.Domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled));

        Assert.Empty(reset.Exposure.Ports[0].Warning);
        Assert.NotEqual(moved.External!.Port, reset.Exposure.Ports[0].External!.Port);
    }

    [Fact]
    public async Task Restart_AfterAMove_KeepsTheNumberAndForgetsTheMove()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("", "22");
        using var thief = Steal(pods, pod.Id, await pods.WaitForAsync(pod.Id, 22, PortState.Live));
        var moved = (await pods.Publisher.PublishAsync(pod.Id)).Ports[0];
        Assert.NotEmpty(moved.Warning);

        var restarted = Assert.IsType<PodResult.Saved>(await pods.Domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, Cancelled)).Exposure;

        Assert.Equal(("", moved.External), (restarted.Ports[0].Warning, restarted.Ports[0].External));
    }

    [Fact]
    public async Task Publish_NoOtherPortIsLeft_FailsThatPortAndOpensItLater()
    {
        await using var pods = await PublishedPods.StartAsync(settings: gateway => gateway.TcpPortRange = "21000-21000");
        var pod = await pods.Domain.DeployAsync("", "22");
        using (Steal(pods, pod.Id, await pods.WaitForAsync(pod.Id, 22, PortState.Live)))
        {
            var exposure = await pods.Publisher.PublishAsync(pod.Id);

            Assert.Equal(PortState.Failed, exposure.Ports[0].State);
            Assert.StartsWith("Another program on this machine already listens", exposure.Ports[0].Reason, StringComparison.Ordinal);
        }

        await pods.Publisher.ProbeAsync();
        Assert.Equal((PortState.Live, 21000), (pods.Find(pod.Id, 22)!.State, pods.Find(pod.Id, 22)!.External!.Port));
    }

    [Fact]
    public async Task EachMinute_NoOtherPortWasLeft_MovesOnceThereIsOne()
    {
        await using var pods = await PublishedPods.StartAsync(settings: gateway =>
        {
            gateway.TcpPortRange = "21000-21001";
            gateway.PortQuarantine = TimeSpan.Zero;
        });
        var pod = await pods.Domain.DeployAsync("", "22");
        var other = await pods.Domain.DeployAsync("", "22");
        var before = await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        using var thief = Steal(pods, pod.Id, before);
        await pods.Publisher.PublishAsync(pod.Id);
        Assert.Equal(PortState.Failed, pods.Find(pod.Id, 22)!.State);
        await pods.Domain.Pods.TerminateAsync(TestDomain.Owner, other.Id, Cancelled);

        await pods.PassMinutesUntilAsync(() => pods.Find(pod.Id, 22)!.State == PortState.Live, "the port is open elsewhere");

        Assert.NotEqual(before.External!.Port, pods.Find(pod.Id, 22)!.External!.Port);
    }

    [Fact]
    public async Task Edit_MoveCannotBeSaved_IsSavedAllTheSameAndThePortMovesLater()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");
        using var thief = Steal(pods, pod.Id, await pods.WaitForAsync(pod.Id, 22, PortState.Live));
        await pods.CorruptAsync($"CREATE TRIGGER Full BEFORE UPDATE ON PortLeases BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        var exposure = await pods.EditAsync(pod, "9999", "22");

        Assert.True(pods.IsRouted(pod.Id, 9999));
        Assert.Equal(PortState.Failed, exposure.Ports[1].State);
        await pods.CorruptAsync($"DROP TRIGGER Full");
        await pods.PassMinutesUntilAsync(() => pods.Find(pod.Id, 22)!.State == PortState.Live, "the port is open elsewhere");
    }

    [Fact]
    public async Task PublishAll_PortWasTakenMeanwhile_KeepsItUntilTheConsoleHasStarted()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");
        var before = await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        await pods.RestartConsoleAsync();
        using var thief = Listen(before.External!);
        pods.Publisher.KeepsMappings = true;

        Assert.Equal(before.External, (await pods.Publisher.PublishAsync(pod.Id)).Ports[1].External);

        await pods.PublishAllAsync();
        Assert.Equal(PortState.Live, pods.Find(pod.Id, 22)!.State);
        Assert.NotEqual(before.External, pods.Find(pod.Id, 22)!.External);
    }

    [Fact]
    public async Task PublishAll_ConsoleListensThereNow_LeavesItToTheConsoleAndMoves()
    {
        var httpsPort = 8443;
        await using var pods = await PublishedPods.StartAsync(settings: gateway => gateway.HttpsPort = httpsPort);
        var pod = await pods.Domain.DeployAsync("", "22");
        var before = (await pods.WaitForAsync(pod.Id, 22, PortState.Live)).External!;
        await pods.RestartConsoleAsync();
        httpsPort = before.Port;

        pods.Publisher.KeepsMappings = true;
        var starting = (await pods.Publisher.PublishAsync(pod.Id)).Ports[0];
        Assert.Equal(
            (PortState.Failed, $"The console itself listens on port {before.Port}. Reset the pod to get another port."), (starting.State, starting.Reason));
        using var console = Listen(before);
        await pods.PublishAllAsync();

        var moved = pods.Find(pod.Id, 22)!;
        Assert.Equal(PortState.Live, moved.State);
        Assert.StartsWith(
            $"The console itself took external port {before.Port}, so this port moved to {moved.External!.Port}.", moved.Warning, StringComparison.Ordinal);
    }

    private static Socket Steal(PublishedPods pods, PodId podId, ExposedPort port)
    {
        pods.Domain.Get<TcpListenerPool>().Remove(podId);
        return Listen(port.External!);
    }

    private static Socket Listen(ExternalAddress at)
    {
        var address = IPAddress.Parse(at.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, at.Port));
        socket.Listen();
        return socket;
    }
}
