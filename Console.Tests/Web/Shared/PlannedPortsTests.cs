using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Tests.Support;
using PodConsole.Web.Shared.Ports;

namespace PodConsole.Tests.Web.Shared;

public sealed class PlannedPortsTests
{
    [Fact]
    public async Task Show_PortsThatFit_NamesEachNumber()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync("", "22");
        PortProposal? proposal = null;

        var shown = Show(tab, new() { PodId = pod.Id, Ports = Parse("22, 23, 70000") }, told => proposal = told);

        await shown.WaitForAssertionAsync(() => Assert.Contains("1 symmetrical + 2 ordinary TCP ports fit on 127.0.0.1.", shown.Markup, StringComparison.Ordinal));
        Assert.Equal(
            [$"22 keeps {pod.Leases.Single().Port}", $"23 would be {proposal!.Ports[23]}", $"70000 would be {proposal.Ports[70000]}, inside too"],
            shown.FindAll("li").Select(item => item.TextContent.Trim()));
        Assert.Contains("A proposal, not a reservation", shown.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_PortsThatDoNotFit_SaysWhyAndProposesNothing()
    {
        await using var domain = await TestDomain.CreateAsync(gateway => gateway.TcpPortRange = "20000-20001");
        await using var tab = new PageContext(domain);
        var told = new List<PortProposal?>();

        var shown = Show(tab, new() { Ports = Parse("22, 70000, 70001") }, told.Add);

        await shown.WaitForAssertionAsync(() => Assert.Contains("There are not enough free external ports", shown.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("A proposal", shown.Markup, StringComparison.Ordinal);
        Assert.Equal([null], told);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Show_NoTcpPortsOrInvalidOnes_IsEmpty(string? tcp)
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);

        Assert.Empty(Show(tab, tcp is null ? null : new() { Ports = Parse(tcp) }, _ => { }).Markup.Trim());
    }

    [Fact]
    public async Task Show_StoppedPod_SaysThatTheStartChooses()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync("", "22");
        await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, TestContext.Current.CancellationToken);
        await domain.WaitForAsync(pod.Id, PodStatus.Exited);

        var shown = Show(tab, new() { PodId = pod.Id, Ports = Parse("22, 70000") }, _ => { });

        await shown.WaitForAssertionAsync(() => Assert.Contains("The numbers are chosen when the pod starts.", shown.Markup, StringComparison.Ordinal));
        Assert.Empty(shown.FindAll("li"));
    }

    private static IRenderedComponent<PlannedPorts> Show(PageContext tab, PortPlanRequest? request, Action<PortProposal?> told) =>
        tab.Show<PlannedPorts>(item => item.Add(planned => planned.Request, request).Add(planned => planned.ProposalChanged, told));

    private static IReadOnlyList<PortRequest> Parse(string tcp) => PortList.Parse("", tcp, 64).Ports;
}
