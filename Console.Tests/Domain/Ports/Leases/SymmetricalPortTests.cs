using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports.Leases;

/// <summary>A symmetrical port has its number inside the pod too, which no other port of the pod may have there.</summary>
public sealed class SymmetricalPortTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_NumbersThatThePodUsesInside_AreLeftOut()
    {
        await using var domain = await NewAsync("21000-21003");

        var pod = await domain.DeployAsync("21000, 21001, 21002", "70000");

        Assert.Equal(21003, pod.Leases.Single().Port);
    }

    [Theory]
    [InlineData("21000", "70000")]
    [InlineData("", "70000, 21000")]
    public async Task Edit_AddsThePortThatItHasInside_IsRefused(string http, string tcp)
    {
        await using var domain = await NewAsync("21000-21000");
        var pod = await domain.DeployAsync("", "70000");

        var refused = Assert.IsType<PodResult.Refused>(await EditAsync(domain, pod, http, tcp)).Message;

        Assert.Equal("Symmetrical port 70000 has port 21000 inside the pod too. Expose another port than 21000, or reset the pod first.", refused);
        var plan = await domain.Get<PortPlanner>().PlanAsync(
            TestDomain.Owner, new() { PodId = pod.Id, Ports = PortList.Parse(http, tcp, 64).Ports }, cancellationToken: Cancelled);
        Assert.Equal(refused, plan!.Problem);
    }

    [Fact]
    public async Task Edit_ReplacesItByThePortThatItHadInside_IsSaved()
    {
        await using var domain = await NewAsync("21000-21001");
        var pod = await domain.DeployAsync("", "70000");

        Assert.IsType<PodResult.Saved>(await EditAsync(domain, pod, $"{pod.Leases.Single().Port}", ""));
    }

    private static Task<TestDomain> NewAsync(string range) => TestDomain.CreateAsync(gateway =>
    {
        gateway.TcpPortRange = range;
        gateway.PublicAddresses.Add(new() { Address = $"{TcpGateway.NewAddress()}", Cloud = CloudType.Secure });
    });

    private static Task<PodResult> EditAsync(TestDomain domain, Pod pod, string http, string tcp) =>
        domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse(http, tcp, 64).Ports }, Cancelled);
}
