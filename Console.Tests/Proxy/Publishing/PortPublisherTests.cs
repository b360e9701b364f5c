using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>From a saved change to what the outside world sees.</summary>
public sealed class PortPublisherTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_PortsOfBothKinds_AreLive()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("8888", $"{service.Port}");

        var tcp = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);

        Assert.Equal($"{pods.Address}", tcp.External!.Address);
        Assert.Equal(service.Port, tcp.Internal);
        using var client = await PublishedPods.ConnectAsync(tcp);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        var http = await pods.WaitForAsync(pod.Id, 8888, PortState.Live);
        Assert.Equal($"https://{pod.Id}-8888.proxy.localhost:8443/", $"{http.Url}");
        Assert.True(pods.IsRouted(pod.Id, 8888));
    }

    [Fact]
    public async Task Edit_OtherPorts_LeavesTheOpenConnectionAndThePodAlone()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        using var added = new TcpService();
        var pod = await pods.Domain.DeployAsync("8888", $"{service.Port}, 5000");
        var kept = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        var removed = pods.Find(pod.Id, 5000)!;
        using var client = await PublishedPods.ConnectAsync(kept);
        var served = await service.AcceptNextAsync();

        var exposure = await pods.EditAsync(pod, "9999", $"{service.Port}, {added.Port}");

        await client.AssertAliveAsync(served);
        Assert.Equal(kept, exposure.Ports.Single(port => port.Key.Number == service.Port));
        using var another = await PublishedPods.ConnectAsync(exposure.Ports.Single(port => port.Key.Number == added.Port));
        await another.AssertAliveAsync(await added.AcceptNextAsync());
        Assert.False(pods.IsRouted(pod.Id, 8888));
        Assert.True(pods.IsRouted(pod.Id, 9999));
        var refused = await Assert.ThrowsAsync<SocketException>(() => PublishedPods.ConnectAsync(removed));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Single(pods.Domain.Runtime.Starts);
    }

    [Fact]
    public async Task Terminate_WithdrawsEverything()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("8888", $"{service.Port}");
        var port = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);

        await pods.Domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled);

        Assert.Empty(pods.Publisher.Find(pod.Id).Ports);
        Assert.False(pods.IsRouted(pod.Id, 8888));
        await Assert.ThrowsAsync<SocketException>(() => PublishedPods.ConnectAsync(port));
    }

    [Fact]
    public async Task Stop_PortsWaitAndSayHowToOpenThem()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");

        await pods.Domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);

        var port = await pods.WaitForAsync(pod.Id, 22, PortState.Waiting);
        Assert.Null(port.External);
        Assert.Equal("The pod is stopped. Start it to open this port.", port.Reason);
    }

    [Fact]
    public async Task Probe_ServiceBeginsAndEnds_FollowsAndTicks()
    {
        await using var pods = await PublishedPods.StartAsync();
        var holder = PortHolderKind.Nobody;
        pods.Domain.Runtime.PortHolder = (_, _, _) => new(holder, "python3, process 7");
        var pod = await pods.Domain.DeployAsync("8888", "");
        var waiting = await pods.WaitForAsync(pod.Id, 8888, PortState.Waiting, "Nothing listens");
        Assert.Equal("Nothing listens on port 8888 yet. Start the service in the pod and bind to $POD_IP.", waiting.Reason);
        var ticks = new ConcurrentQueue<PodId>();
        using var watch = pods.Domain.Feed.Watch(ticks.Enqueue);

        await pods.Publisher.ProbeAsync();
        Assert.Empty(ticks);

        holder = PortHolderKind.Pod;
        await pods.Publisher.ProbeAsync();
        Assert.Equal(PortState.Live, pods.Find(pod.Id, 8888)!.State);
        Assert.Single(ticks);

        holder = PortHolderKind.Other;
        await pods.Publisher.ProbeAsync();
        Assert.Equal("Port 8888 is answered by python3, process 7, which is not part of this pod.", pods.Find(pod.Id, 8888)!.Reason);
        Assert.Equal(2, ticks.Count);
    }

    [Fact]
    public async Task Publish_NothingChanged_DoesNotTick()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync();
        await pods.WaitForAsync(pod.Id, 8888, PortState.Live);
        var ticks = 0;
        using var watch = pods.Domain.Feed.Watch(_ => Interlocked.Increment(ref ticks));

        await pods.Publisher.PublishAsync(pod.Id);

        Assert.Equal(0, ticks);
    }

    [Fact]
    public async Task Publish_ManyAtOnce_EndsWithWhatIsSaved()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8000", "");

        await Task.WhenAll(Enumerable.Range(8001, 20).Select(number => pods.EditAsync(pod, $"{number}", "")));

        var saved = Assert.Single((await pods.Domain.FindAsync(pod.Id))!.Ports).Number;
        Assert.Equal(saved, Assert.Single(pods.Publisher.Find(pod.Id).Ports).Key.Number);
        Assert.Equal(saved, Assert.Single(Enumerable.Range(8000, 21), number => pods.IsRouted(pod.Id, number)));
    }

    [Fact]
    public async Task Publish_AddressThatTheRuntimeCannotHandOut_IsNeverDialled()
    {
        await using var pods = await PublishedPods.StartAsync();
        pods.Domain.Runtime.Capabilities = pods.Domain.Runtime.Capabilities with { Addresses = IPNetwork.Parse("127.64.0.0/10") };
        pods.Domain.Runtime.Address = IPAddress.Parse("127.64.0.9");
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("8888", $"{service.Port}");
        await pods.CorruptAsync($"UPDATE Pods SET RuntimeAddress = '127.0.0.1' WHERE Id = {pod.Id.Value}");

        var exposure = await pods.Publisher.PublishAsync(pod.Id);

        Assert.All(exposure.Ports, port => Assert.Equal(PortState.Waiting, port.State));
        Assert.Equal(0, service.Count);
    }

    [Fact]
    public async Task PublishAll_PoisonedRows_HurtNobodyElse()
    {
        await using var pods = await PublishedPods.StartAsync();
        var good = await pods.Domain.DeployAsync("8888", "22");
        var bad = await pods.Domain.DeployAsync("8888", "22");
        var worse = await pods.Domain.DeployAsync("8888", "22");
        await pods.RestartConsoleAsync();
        await pods.CorruptAsync($"UPDATE Pods SET Environment = 'not json' WHERE Id = {bad.Id.Value}");
        await pods.CorruptAsync($"UPDATE Pods SET Status = 'Dancing' WHERE Id = {worse.Id.Value}");
        await pods.CorruptAsync($"INSERT INTO PodPorts (PodId, Protocol, Number, Label) SELECT Id, 'Http', 8889, '' FROM Pods WHERE Id = {good.Id.Value}");

        await pods.PublishAllAsync();

        Assert.Equal([8888, 8889, 22], pods.Publisher.Find(good.Id).Ports.Select(port => port.Key.Number));
        Assert.Empty(pods.Publisher.Find(bad.Id).Ports);
        Assert.Empty(pods.Publisher.Find(worse.Id).Ports);
    }
}
