using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports.Planning;

/// <summary>What would be leased is what is leased, and nothing is until it is saved.</summary>
public sealed class PortPlannerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_NewPodThatFits_SaysSoAndReservesNothing()
    {
        await using var domain = await NewAsync("21000-21009");

        var plan = await PlanAsync(domain, "22, 23, 24, 70000, 70001, 70002, 70003");

        Assert.Equal($"4 symmetrical + 3 ordinary TCP ports fit on {plan.Address}.", plan.Summary);
        Assert.Equal(7, plan.Ports.Select(port => port.External).Distinct().Count());
        Assert.All(plan.Ports, port => Assert.InRange(port.External, 21000, 21009));
        await using var db = await domain.OpenDatabaseAsync();
        Assert.Equal(0, await db.PortLeases.CountAsync(Cancelled));
    }

    [Theory]
    [InlineData("22", "1 ordinary TCP port fits on ")]
    [InlineData("70000", "1 symmetrical TCP port fits on ")]
    [InlineData("22, 23", "2 ordinary TCP ports fit on ")]
    public async Task Plan_OneKind_NamesOnlyThat(string tcp, string words)
    {
        await using var domain = await NewAsync("21000-21009");

        Assert.StartsWith(words, (await PlanAsync(domain, tcp)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_TooMany_SaysHowManyThereAre()
    {
        await using var domain = await NewAsync("21000-21002");
        await domain.DeployAsync("", "22");

        var plan = await PlanAsync(domain, "22, 70000, 70001");

        Assert.Contains("for 3 TCP ports: of 3, 1 are leased, 0 in quarantine and 2 free.", plan.Summary, StringComparison.Ordinal);
        Assert.Null(plan.Proposal);
        Assert.Empty(plan.Ports);
    }

    [Fact]
    public async Task Plan_SecondAddressHasRoom_TakesThatAsTheDeployDoes()
    {
        await using var domain = await NewAsync("21000-21001", addresses: 2);
        var full = await domain.DeployAsync("", "22, 23");

        var plan = await PlanAsync(domain, "22, 23");
        var deployed = await domain.DeployAsync("", "22, 23");

        Assert.Null(plan.Problem);
        Assert.NotEqual(full.PublicAddress, plan.Address);
        Assert.Equal(plan.Address, deployed.PublicAddress);
    }

    [Fact]
    public async Task Plan_EditOfARunningPod_KeepsWhatStaysAndProposesTheRest()
    {
        await using var domain = await NewAsync("21000-21099");
        var pod = await domain.DeployAsync("8888", "22, 23");

        var plan = await PlanAsync(domain, "22, 70000", pod.Id);

        Assert.Equal([(22, true), (70000, false)], plan.Ports.Select(port => (port.Number, port.IsKept)));
        Assert.Equal(pod.LeaseOf(new(PortProtocol.Tcp, 22))!.Port, plan.Ports[0].External);
        Assert.Equal([22, 23], (await domain.FindAsync(pod.Id))!.Leases.Select(lease => lease.Number!.Value).Order());
    }

    [Fact]
    public async Task Plan_EditThatResets_KeepsNothing()
    {
        await using var domain = await NewAsync("21000-21099");
        var pod = await domain.DeployAsync("", "22");

        var plan = (await domain.Get<PortPlanner>().PlanAsync(
            TestDomain.Owner, new() { PodId = pod.Id, Ports = Parse("22"), ResetsPod = true }, cancellationToken: Cancelled))!;

        Assert.NotEqual(pod.Leases.Single().Port, Assert.Single(plan.Ports).External);
        Assert.False(plan.Ports[0].IsKept);
    }

    [Fact]
    public async Task Plan_StoppedPod_IsForItsStart()
    {
        await using var domain = await NewAsync("21000-21009");
        var pod = await domain.DeployAsync("", "22");
        await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);
        await domain.WaitForAsync(pod.Id, PodStatus.Exited);

        var plan = await PlanAsync(domain, "22, 70000", pod.Id);

        Assert.True(plan.IsForStart);
        Assert.Null(plan.Problem);
        Assert.Null(plan.Proposal);
    }

    [Fact]
    public async Task Plan_PodOfAnother_IsNone()
    {
        await using var domain = await NewAsync("21000-21009");
        var pod = await domain.DeployAsync("", "22");

        Assert.Null(await domain.Get<PortPlanner>().PlanAsync(
            TestDomain.Other, new() { PodId = pod.Id, Ports = Parse("22") }, cancellationToken: Cancelled));
        Assert.NotNull(await domain.Get<PortPlanner>().PlanAsync(
            TestDomain.Admin, new() { PodId = pod.Id, Ports = Parse("22") }, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Plan_Again_ProposesTheSameNumbers()
    {
        await using var domain = await NewAsync("21000-21999");
        var first = await PlanAsync(domain, "22, 70000");

        var second = (await domain.Get<PortPlanner>().PlanAsync(
            TestDomain.Owner, new() { Ports = Parse("22, 70000, 70001") }, first.Proposal, Cancelled))!;

        Assert.Equal(first.Ports, second.Ports.Take(2));
    }

    [Fact]
    public async Task Deploy_WithAProposal_GivesItsNumbersAndOthersWhereTheyAreGone()
    {
        await using var domain = await NewAsync("21000-21999");
        var plan = await PlanAsync(domain, "22, 70000");

        var first = await DeployAsync(domain, "22, 70000", plan.Proposal);
        var second = await DeployAsync(domain, "22, 70000", plan.Proposal);

        Assert.All(plan.Ports, port => Assert.Equal(port.External, first.LeaseOf(new(PortProtocol.Tcp, port.Number))!.Port));
        Assert.Empty(second.Leases.Select(lease => lease.Port).Intersect(first.Leases.Select(lease => lease.Port)));
    }

    [Theory]
    [InlineData(443)]
    [InlineData(20999)]
    [InlineData(40000)]
    public async Task Deploy_WithAProposalOutsideThePool_GivesAnotherNumber(int port)
    {
        await using var domain = await NewAsync("21000-21999");
        var address = (await PlanAsync(domain, "22")).Address;

        var pod = await DeployAsync(domain, "22", new(address, new Dictionary<int, int> { [22] = port }));

        Assert.InRange(pod.Leases.Single().Port, 21000, 21999);
    }

    private static Task<TestDomain> NewAsync(string range, int addresses = 1) => TestDomain.CreateAsync(gateway =>
    {
        gateway.TcpPortRange = range;
        for (var number = 0; number < addresses; number++)
        {
            gateway.PublicAddresses.Add(new PublicAddressSettings { Address = $"{TcpGateway.NewAddress()}", Cloud = CloudType.Secure });
        }
    });

    private static async Task<PortPlan> PlanAsync(TestDomain domain, string tcp, PodId? podId = null) => (await domain.Get<PortPlanner>()
        .PlanAsync(TestDomain.Owner, new() { PodId = podId, Ports = Parse(tcp) }, cancellationToken: Cancelled))!;

    private static async Task<Pod> DeployAsync(TestDomain domain, string tcp, PortProposal? proposal) => Assert.IsType<PodResult.Saved>(
        await domain.Pods.DeployAsync(
            TestDomain.Owner, new() { Overrides = new() { Image = "demo", Ports = Parse(tcp), Proposal = proposal } }, Cancelled)).Pod;

    private static IReadOnlyList<PortRequest> Parse(string tcp) => PortList.Parse("", tcp, 64).Ports;
}
