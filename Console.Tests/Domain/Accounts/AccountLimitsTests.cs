using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class AccountLimitsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_OverTheLimitOfPods_IsRefusedUntilOneIsTerminated()
    {
        await using var domain = await CreateAsync(pods: 1);
        var first = await domain.DeployAsync(tcp: "");

        var refused = await DeployAsync(domain, "");
        await domain.Pods.TerminateAsync(TestDomain.Owner, first.Id, Cancelled);

        Assert.Equal("The account has 1 of the 1 pods that it may have. Terminate one, or ask an administrator to raise the limit.",
            Assert.IsType<PodResult.Refused>(refused).Message);
        Assert.IsType<PodResult.Saved>(await DeployAsync(domain, ""));
    }

    [Fact]
    public async Task Deploy_OverTheLimitOfTcpPorts_IsRefused()
    {
        await using var domain = await CreateAsync(tcpPorts: 2);
        await domain.DeployAsync(tcp: "22");

        Assert.Contains("exposes 1 of the 2 TCP ports", Assert.IsType<PodResult.Refused>(await DeployAsync(domain, "22, 70000")).Message, StringComparison.Ordinal);
        Assert.IsType<PodResult.Saved>(await DeployAsync(domain, "22"));
    }

    [Fact]
    public async Task Edit_OverTheLimit_IsRefusedAndLeavesThePodAsItWas()
    {
        await using var domain = await CreateAsync(tcpPorts: 2);
        var pod = await domain.DeployAsync(tcp: "22, 23");

        Assert.IsType<PodResult.Refused>(await EditAsync(domain, pod, "22, 23, 24"));
        Assert.IsType<PodResult.Refused>(await EditAsync(domain, pod, "22, 23, 24", TestDomain.Admin));
        Assert.IsType<PodResult.Saved>(await EditAsync(domain, pod, "23, 24"));
        Assert.Equal([23, 24], (await domain.FindAsync(pod.Id))!.Ports.Where(port => port.Protocol == PortProtocol.Tcp).Select(port => port.Number).Order());
    }

    [Fact]
    public async Task Plan_OverTheLimit_SaysWhatTheSaveWould()
    {
        await using var domain = await CreateAsync(pods: 2, tcpPorts: 2);
        var pod = await domain.DeployAsync(tcp: "22");
        async Task<PortPlan> PlanAsync(string tcp, PodId? podId, Actor actor) => (await domain.Get<PortPlanner>().PlanAsync(
            actor, new() { PodId = podId, Ports = PortList.Parse("8888", tcp, 64).Ports }, cancellationToken: Cancelled))!;

        Assert.Null((await PlanAsync("22, 23", pod.Id, TestDomain.Owner)).Problem);
        Assert.Null((await PlanAsync("22", null, TestDomain.Owner)).Problem);
        var plan = await PlanAsync("22, 70000", null, TestDomain.Owner);
        Assert.Equal(Assert.IsType<PodResult.Refused>(await DeployAsync(domain, "22, 70000")).Message, plan.Problem);
        Assert.Empty(plan.Ports);
        Assert.Equal(
            Assert.IsType<PodResult.Refused>(await EditAsync(domain, pod, "22, 23, 24", TestDomain.Admin)).Message,
            (await PlanAsync("22, 23, 24", pod.Id, TestDomain.Admin)).Problem);
    }

    [Fact]
    public async Task Edit_AfterTheLimitWasLowered_MayStillRemove()
    {
        await using var domain = await CreateAsync();
        var pod = await domain.DeployAsync(tcp: "22, 23, 24");
        await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User, MaxPods: 0, MaxTcpPorts: 1));

        Assert.IsType<PodResult.Saved>(await EditAsync(domain, pod, "22, 23"));
        Assert.IsType<PodResult.Saved>(await EditAsync(domain, pod, "22, 25"));
        Assert.IsType<PodResult.Refused>(await EditAsync(domain, pod, "22, 23, 25"));
    }

    [Fact]
    public async Task Deploy_ManyAtOnce_NeverPassesTheLimit()
    {
        await using var domain = await CreateAsync(pods: 2, tcpPorts: 2);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeployAsync(domain, "22")));

        Assert.Equal(2, results.Count(result => result is PodResult.Saved));
    }

    private static Task<PodResult> DeployAsync(TestDomain domain, string tcp) => domain.Pods.DeployAsync(
        TestDomain.Owner, new() { Overrides = new() { Image = "demo", Ports = PortList.Parse("8888", tcp, 64).Ports } }, Cancelled);

    private static Task<PodResult> EditAsync(TestDomain domain, Pod pod, string tcp, Actor? actor = null) => domain.Pods.EditAsync(
        actor ?? TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("8888", tcp, 64).Ports }, Cancelled);

    private static async Task<TestDomain> CreateAsync(int? pods = null, int? tcpPorts = null)
    {
        var domain = await TestDomain.CreateAsync();
        await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User, pods, tcpPorts));
        await domain.StartAsync();
        return domain;
    }
}
