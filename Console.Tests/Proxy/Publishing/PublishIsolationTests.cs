using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>A publish concerns one pod, ends in what is saved, and tells about it last.</summary>
public sealed class PublishIsolationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_OnePod_TouchesNoOtherPodsRoutesListenersOrReports()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var neighbour = await pods.Domain.DeployAsync("8888", $"{service.Port}");
        var pod = await pods.Domain.DeployAsync("8888", "22");
        var port = await pods.WaitForAsync(neighbour.Id, service.Port, PortState.Live);
        await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        using var client = await PublishedPods.ConnectAsync(port);
        var served = await service.AcceptNextAsync();
        var report = pods.Publisher.Find(neighbour.Id);
        var routes = RoutesOf(neighbour);
        var asked = 0;
        pods.Domain.Runtime.PortHolder = (podId, _, _) =>
        {
            asked += podId == neighbour.Id ? 1 : 0;
            return new(PortHolderKind.Pod);
        };

        await pods.EditAsync(pod, "9999", "23");

        Assert.Same(report, pods.Publisher.Find(neighbour.Id));
        Assert.Same(routes, RoutesOf(neighbour));
        Assert.Equal(0, asked);
        await client.AssertAliveAsync(served);

        PodRoutes RoutesOf(Pod of) =>
            pods.Domain.Get<RouteTable>().TryFind(of.Id.Value, out var found) ? found : throw new KeyNotFoundException();
    }

    [Fact]
    public async Task Publish_PodWasMarkedForRemoval_Withdraws()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");
        var port = await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        await pods.CorruptAsync($"UPDATE Pods SET Intent = 'Terminate' WHERE Id = {pod.Id.Value}");

        var exposure = await pods.Publisher.PublishAsync(pod.Id);

        Assert.Empty(exposure.Ports);
        Assert.False(pods.IsRouted(pod.Id, 8888));
        await Assert.ThrowsAsync<SocketException>(() => PublishedPods.ConnectAsync(port));
    }

    [Fact]
    public async Task Publish_ChangedPod_TicksOnceAfterTheSwap()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "");
        await pods.WaitForAsync(pod.Id, 8888, PortState.Live);
        var seen = new List<string>();
        await using (var db = await pods.Domain.OpenDatabaseAsync())
        {
            await db.Database.ExecuteSqlAsync($"UPDATE PodPorts SET Number = 9999 WHERE PodId = {pod.Id.Value}", Cancelled);
        }

        using (pods.Domain.Feed.Watch(_ => seen.Add(
            $"{Assert.Single(pods.Publisher.Find(pod.Id).Ports).Key.Number} {pods.IsRouted(pod.Id, 9999)} {pods.IsRouted(pod.Id, 8888)}")))
        {
            await pods.Publisher.PublishAsync(pod.Id);
        }

        Assert.Equal(["9999 True False"], seen);
    }

    [Theory]
    [InlineData("127.0.0.1.9.9")]
    [InlineData("not an address")]
    [InlineData("")]
    public async Task PublishAll_BrokenAddress_HarmsOnlyItsOwnPod(string address)
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var bad = await pods.Domain.DeployAsync("8888", "22");
        var good = await pods.Domain.DeployAsync("8888", $"{service.Port}");
        await pods.RestartConsoleAsync();
        await pods.CorruptAsync($"UPDATE Pods SET RuntimeAddress = {address} WHERE Id = {bad.Id.Value}");

        await pods.PublishAllAsync();

        Assert.All(pods.Publisher.Find(bad.Id).Ports, port => Assert.Equal(PortState.Waiting, port.State));
        using var client = await PublishedPods.ConnectAsync(pods.Find(good.Id, service.Port)!);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
    }

    [Fact]
    public async Task PublishAll_ManyPodsAndOnePortThatCannotBe_ServesAllOthers()
    {
        await using var pods = await PublishedPods.StartAsync();
        var all = new List<Pod>();
        for (var number = 0; number < 20; number++)
        {
            all.Add(await pods.Domain.DeployAsync("8888", "22"));
        }

        await pods.RestartConsoleAsync();
        await pods.CorruptAsync($"UPDATE PortLeases SET Port = 99999 WHERE PodId = {all[7].Id.Value}");

        await pods.PublishAllAsync();

        Assert.Empty(pods.Publisher.Find(all[7].Id).Ports);
        Assert.All(all.Where(pod => pod != all[7]), pod => Assert.All(
            pods.Publisher.Find(pod.Id).Ports, port => Assert.Equal(PortState.Live, port.State)));
    }

    [Fact]
    public async Task Publish_AddressIsNoLongerConfigured_FailsThatPortOnly()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");
        await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        await pods.CorruptAsync($"UPDATE PortLeases SET Address = '192.0.2.9' WHERE PodId = {pod.Id.Value}");

        await pods.Publisher.PublishAsync(pod.Id);

        Assert.Equal("192.0.2.9 is no longer a public address here. Reset the pod to get another.", pods.Find(pod.Id, 22)!.Reason);
        Assert.Equal(PortState.Failed, pods.Find(pod.Id, 22)!.State);
        Assert.Equal(PortState.Live, pods.Find(pod.Id, 8888)!.State);
    }

    [Fact]
    public async Task Publish_PortIsAnothersProcess_FailsHttpAndTcpAndNamesIt()
    {
        await using var pods = await PublishedPods.StartAsync();
        pods.Domain.Runtime.PortHolder = (_, _, _) => new(PortHolderKind.Other, "python3, process 7");

        var pod = await pods.Domain.DeployAsync("8888", "22");

        foreach (var number in new[] { 8888, 22 })
        {
            var port = await pods.WaitForAsync(pod.Id, number, PortState.Failed);
            Assert.Equal($"Port {number} is answered by python3, process 7, which is not part of this pod.", port.Reason);
        }
    }
}
