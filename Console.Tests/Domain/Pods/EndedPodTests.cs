using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>A pod that ended by itself holds its external ports still; what its next start makes of them when there are few others.</summary>
public sealed class EndedPodTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NoOtherNumberIsLeft_KeepsEachAtItsPort()
    {
        await using var domain = await NewAsync("21000-21001");
        var before = await EndedAsync(domain, "22, 70000");

        var after = Assert.IsType<PodResult.Saved>(await domain.Pods.StartAsync(TestDomain.Owner, before.Id, Cancelled)).Pod;

        Assert.Equal(MappingsOf(before), MappingsOf(after));
        Assert.All(after.Leases, lease => Assert.Equal((2L, null), (lease.Epoch, lease.ReleasedAt)));
        await domain.WaitForAsync(before.Id, PodStatus.Running);
    }

    [Fact]
    public async Task Start_TooFewOtherNumbers_TakesThemAndKeepsTheRest()
    {
        await using var domain = await NewAsync("21000-21002");
        var before = await EndedAsync(domain, "22, 23");

        var after = Assert.IsType<PodResult.Saved>(await domain.Pods.StartAsync(TestDomain.Owner, before.Id, Cancelled)).Pod;

        Assert.Single(MappingsOf(before).Intersect(MappingsOf(after)));
        Assert.Single(after.Leases, lease => before.Leases.TrueForAll(old => old.Port != lease.Port));
    }

    [Fact]
    public async Task Start_ItsOwnListenersAreOpen_OpensThemAnew()
    {
        await using var pods = await PublishedPods.StartAsync(settings: gateway => gateway.TcpPortRange = "21000-21000");
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        var before = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        pods.Domain.Runtime.End(pod.Id, exitCode: 0);
        await pods.Domain.WaitForAsync(pod.Id, PodStatus.Exited);

        Assert.IsType<PodResult.Saved>(await pods.Domain.Pods.StartAsync(TestDomain.Owner, pod.Id, Cancelled));

        var after = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        Assert.Equal((before.External!.Port, 2L), (after.External!.Port, (await pods.Domain.FindAsync(pod.Id))!.Leases.Single().Epoch));
        using var client = await PublishedPods.ConnectAsync(after);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
    }

    [Fact]
    public async Task Start_AnotherProgramHasItsNumber_IsRefused()
    {
        await using var domain = await NewAsync("21000-21000");
        var pod = await EndedAsync(domain, "22");
        domain.Get<TakenPorts>().Add(pod.PublicAddress, 21000);

        Assert.IsType<PodResult.Refused>(await domain.Pods.StartAsync(TestDomain.Owner, pod.Id, Cancelled));
        Assert.Equal(MappingsOf(pod), MappingsOf((await domain.FindAsync(pod.Id))!));
    }

    [Fact]
    public async Task Reset_NoOtherNumberIsLeft_IsRefused()
    {
        await using var domain = await NewAsync("21000-21000");
        var pod = await EndedAsync(domain, "22");

        Assert.IsType<PodResult.Refused>(await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled));
    }

    [Fact]
    public async Task Edit_ReplacesAPortAndNoOtherNumberIsLeft_GivesTheOneToNoOtherPort()
    {
        await using var domain = await NewAsync("21000-21000");
        var pod = await domain.DeployAsync("", "22");

        Assert.IsType<PodResult.Refused>(await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("", "23", 64).Ports }, Cancelled));
    }

    private static Task<TestDomain> NewAsync(string range) => TestDomain.CreateAsync(gateway =>
    {
        gateway.TcpPortRange = range;
        gateway.PublicAddresses.Add(new() { Address = $"{TcpGateway.NewAddress()}", Cloud = CloudType.Secure });
    });

    private static async Task<Pod> EndedAsync(TestDomain domain, string tcp)
    {
        await domain.StartAsync();
        var pod = await domain.DeployAsync("", tcp);
        domain.Runtime.End(pod.Id, exitCode: 0);
        return await domain.WaitForAsync(pod.Id, PodStatus.Exited);
    }

    private static IEnumerable<(int? Number, int Port)> MappingsOf(Pod pod) =>
        pod.Leases.OrderBy(lease => lease.Number).Select(lease => (lease.Number, lease.Port));
}
