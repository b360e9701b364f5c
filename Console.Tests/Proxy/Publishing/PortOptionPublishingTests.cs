using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>What owners set for a port, on its way from the database to the gateway; and what time alone changes.</summary>
public sealed class PortOptionPublishingTests
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetPortOptionsAsync_Saved_IsLiveWhenItReturns()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888, 9999", "22");

        var saved = await pods.Domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new() { Audience = PortAudience.Owner }, Cancel);

        var port = Assert.IsType<PodResult.Saved>(saved).Exposure.Ports.Single(item => item.Key == Http);
        Assert.Equal("Only the owner", port.Access);
        Assert.Equal(PortAudience.Owner, pods.Route(pod.Id, 8888)!.Rules.Access.Audience);
        Assert.True(pods.Route(pod.Id, 9999)!.Rules.Access.IsOpen);
    }

    [Fact]
    public async Task Probe_ClosingTimePassed_ClosesThePortAndNoOther()
    {
        var clock = new ShiftedClock();
        await using var pods = await PublishedPods.StartAsync(clock: clock);
        var pod = await pods.Domain.DeployAsync("8888, 9999", "22, 23");
        var end = clock.GetUtcNow().UtcDateTime.AddHours(1);
        await pods.Domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new() { ClosesAt = end }, Cancel);
        await pods.Domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Tcp, new() { ClosesAt = end }, Cancel);
        await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        Assert.Equal("reset", await TcpGateway.FindEndAsync(PublishedPods.EndPointOf(pods.Find(pod.Id, 22)!)));

        clock.Advance(TimeSpan.FromHours(2));
        await pods.Publisher.ProbeAsync();

        Assert.Equal([PortState.Closed, PortState.Live, PortState.Closed, PortState.Live], pods.Publisher.Find(pod.Id).Ports.Select(port => port.State));
        Assert.False(pods.IsRouted(pod.Id, 8888));
        Assert.True(pods.IsRouted(pod.Id, 9999));
        await Assert.ThrowsAsync<SocketException>(() => PublishedPods.ConnectAsync(pods.Find(pod.Id, 22)!));

        await pods.Domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new(), Cancel);
        Assert.True(pods.IsRouted(pod.Id, 8888));
    }

    [Fact]
    public async Task Probe_ClosingTimePassedWhileAConnectionIsOpen_GrantsTheDrainTimeThenResets()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var pods = await PublishedPods.StartAsync(TimeSpan.FromSeconds(30), clock);
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        var end = clock.GetUtcNow().UtcDateTime.AddMinutes(10);
        await pods.Domain.Pods.SetPortOptionsAsync(
            TestDomain.Owner, pod.Id, null, new(PortProtocol.Tcp, service.Port), new() { ClosesAt = end }, Cancel);
        using var client = await PublishedPods.ConnectAsync(await pods.WaitForAsync(pod.Id, service.Port, PortState.Live));
        using var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        clock.Advance(TimeSpan.FromMinutes(11));
        await pods.Publisher.ProbeAsync();

        Assert.Equal(PortState.Closed, pods.Find(pod.Id, service.Port)!.State);
        clock.Advance(TimeSpan.FromSeconds(29));
        await client.AssertAliveAsync(served);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("reset", await client.ReadEndAsync());
    }

    [Fact]
    public async Task Probe_LinkExpired_IsTakenOutOfTheRoute()
    {
        var clock = new ShiftedClock();
        await using var pods = await PublishedPods.StartAsync(clock: clock);
        var pod = await pods.Domain.DeployAsync("8888", "");
        var now = clock.GetUtcNow().UtcDateTime;
        var link = PortGrant.NewLink("guest", now, now.AddHours(1));
        await pods.Domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new() { Audience = PortAudience.Owner }, Cancel);
        await pods.Domain.Pods.GrantAsync(TestDomain.Owner, pod.Id, Http, link, Cancel);
        Assert.True(pods.Route(pod.Id, 8888)!.Rules.Access.HasLink(link.Id, now));

        clock.Advance(TimeSpan.FromHours(2));
        await pods.Publisher.ProbeAsync();

        Assert.False(pods.Route(pod.Id, 8888)!.Rules.Access.HasLink(link.Id, now));
        Assert.Equal("Only the owner", pods.Find(pod.Id, 8888)!.Access);
    }
}
