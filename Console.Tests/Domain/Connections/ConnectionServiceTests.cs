using PodConsole.Domain.Connections;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Connections;

/// <summary>Who may see and end which connections.</summary>
public sealed class ConnectionServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task End_PodOfAnother_IsAsIfThereWereNone()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        using var client = await PublishedPods.ConnectAsync(await pods.WaitForAsync(pod.Id, service.Port, PortState.Live));
        using var served = await service.AcceptNextAsync();
        var connections = pods.Domain.Get<ConnectionService>();
        var mine = await connections.ListAsync(TestDomain.Owner, cancellationToken: Cancel);
        var id = Assert.Single(mine.Open).Id;

        var others = await connections.ListAsync(TestDomain.Other, cancellationToken: Cancel);
        Assert.Empty(others.Open);
        Assert.Empty(others.Pods);
        Assert.False(await connections.EndAsync(TestDomain.Other, id, Cancel));
        Assert.False(await connections.EndPodAsync(TestDomain.Other, pod.Id, Cancel));
        Assert.False(await connections.EndClientAsync(TestDomain.Other, mine.Open[0].Client, Cancel));
        await client.AssertAliveAsync(served);

        Assert.Single((await connections.ListAsync(TestDomain.Admin, cancellationToken: Cancel)).Open);
        Assert.Equal(pod.Name, mine.Pods[pod.Id].Name);
        Assert.True(await connections.EndAsync(TestDomain.Owner, id, Cancel));
        Assert.Equal("reset", await client.ReadEndAsync());
        Assert.False(await connections.EndAsync(TestDomain.Owner, id, Cancel));
        await Eventually.TrueAsync(
            async () => (await connections.ListAsync(TestDomain.Owner, withClosed: true, Cancel)).Closed is [{ Reason: CloseReason.Killed }], "it is closed");
        Assert.Empty((await connections.ListAsync(TestDomain.Other, withClosed: true, Cancel)).Closed!);
    }
}
