using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>The one writer, on a real database: who may, who was first, and that a refusal leaves nothing behind.</summary>
public sealed class PodServiceTests
{
    public static TheoryData<string> Operations => ["edit", "start", "stop", "restart", "reset", "terminate"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AnyOperation_SomebodyElsesPod_IsNotFoundAndChangesNothing(string operation)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        Assert.IsType<PodResult.NotFound>(await DoAsync(domain, operation, TestDomain.Other, pod.Id));
        Assert.IsType<PodResult.NotFound>(await DoAsync(domain, operation, TestDomain.Other, PodId.New()));

        Assert.Equal((pod.Version, pod.Intent), await domain.FindAsync(pod.Id) is { } after ? (after.Version, after.Intent) : default);
        Assert.Null(await domain.Queries.FindAsync(TestDomain.Other, pod.Id, Cancelled));
        Assert.Empty(await domain.Queries.ListOwnAsync(TestDomain.Other, Cancelled));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AnyOperation_Administrator_MayActOnEveryPod(string operation)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        Assert.IsNotType<PodResult.NotFound>(await DoAsync(domain, operation, TestDomain.Admin, pod.Id));
    }

    [Theory]
    [InlineData("stop", false)]
    [InlineData("reset", false)]
    [InlineData("terminate", false)]
    [InlineData("ports", false)]
    [InlineData("image", false)]
    [InlineData("restart", true)]
    [InlineData("name", true)]
    [InlineData("unlock", true)]
    [InlineData("unlock and ports", true)]
    public async Task LockedPod_RefusesAllButNameRestartAndUnlocking(string operation, bool allowed)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        Saved(await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = true }, Cancelled));

        var result = await DoAsync(domain, operation, TestDomain.Owner, pod.Id);

        Assert.IsType(allowed ? typeof(PodResult.Saved) : typeof(PodResult.Locked), result);
    }

    [Fact]
    public async Task Edit_TwoPeopleAtOnce_OneSavesAndTheOtherIsShownTheirs()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            domain.Pods.EditAsync(TestDomain.Owner, pod.Id, pod.Version, new() { Name = $"name {number}" }, Cancelled)));

        var saved = Saved(Assert.Single(results, result => result is PodResult.Saved));
        Assert.All(results.Where(result => result is not PodResult.Saved),
            result => Assert.Equal(saved.Name, Assert.IsType<PodResult.Conflict>(result).Current.Name));
        Assert.Equal(pod.Version + 1, (await domain.FindAsync(pod.Id))!.Version);
    }

    [Fact]
    public async Task Edit_DifferentPodsAtOnce_AllSave()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pods = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => domain.DeployAsync("8888", "22")));

        var saved = await Task.WhenAll(pods.Select(pod => EditPortsAsync(domain, pod.Id, "8888", "22, 5432")));

        Assert.All(saved, pod => Assert.Equal([22, 5432], pod.Leases.Select(lease => lease.Number!.Value).Order()));
        Assert.Equal(16, saved.SelectMany(pod => pod.Leases).DistinctBy(lease => (lease.Address, lease.Port)).Count());
    }

    [Fact]
    public async Task Edit_Ports_IsOneVersionAndOnePublish()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await Eventually.TrueAsync(async () => (await domain.FindAsync(pod.Id))!.Status == PodStatus.Running, "the pod runs");
        await domain.Get<PodSupervisor>().StopAsync(Cancelled);
        var before = domain.Publisher.CountOf(pod.Id);

        await EditPortsAsync(domain, pod.Id, "8888, 4000", "22, 5432, 70000");

        Assert.Equal(before + 1, domain.Publisher.CountOf(pod.Id));
        Assert.Equal(pod.Version + 1, (await domain.FindAsync(pod.Id))!.Version);
    }

    [Fact]
    public async Task Edit_Ports_KeepsTheMappingsOfPortsThatStay()
    {
        await using var domain = await TestDomain.CreateAsync();
        var before = await domain.DeployAsync("8888", "22, 5432");

        var after = await EditPortsAsync(domain, before.Id, "4000", "22, 70000");

        Assert.Equal(External(before, 22), External(after, 22));
        Assert.Equal([22, 70000], after.Leases.Select(lease => lease.Number!.Value).Order());
        Assert.Equal(before.Generation, after.Generation);
        Assert.Single(domain.Runtime.Starts);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("command")]
    [InlineData("environment")]
    [InlineData("disk")]
    public async Task Edit_WhatTheProcessIsMadeOf_ResetsWithNewMappings(string what)
    {
        await using var domain = await TestDomain.CreateAsync();
        var before = await domain.DeployAsync("8888", "22");
        PodEdit edit = what switch
        {
            "image" => new() { Image = "other" },
            "command" => new() { Command = "--fast" },
            "environment" => new() { Environment = [new("A", "1")] },
            _ => new() { ContainerDiskGb = 50 },
        };

        var saved = Saved(await domain.Pods.EditAsync(TestDomain.Owner, before.Id, null, edit, Cancelled));

        Assert.Equal((before.Generation + 1, before.DiskGeneration + 1), (saved.Generation, saved.DiskGeneration));
        Assert.NotEqual(External(before, 22), External(saved, 22));
        await Eventually.TrueAsync(() => domain.Runtime.Starts.Count == 2, "the new instance starts");
    }

    [Fact]
    public async Task Edit_Invalid_TellsAllAndSavesNothing()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Name = "", Ports = [new(PortProtocol.Http, 70000), new(PortProtocol.Tcp, 5)] }, Cancelled);

        Assert.Equal([nameof(PodEdit.Name), PortFields.Http], Assert.IsType<PodResult.Invalid>(result).Errors.Select(error => error.Field));
        Assert.Equal(pod.Version, (await domain.FindAsync(pod.Id))!.Version);
    }

    [Fact]
    public async Task Edit_NotEnoughExternalPorts_LeavesTheMappingsAsTheyWere()
    {
        await using var domain = await TestDomain.CreateAsync(gateway => gateway.TcpPortRange = "20000-20002");
        var pod = await domain.DeployAsync("", "22");

        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("", "22, 1, 2, 3", 64).Ports }, Cancelled);

        Assert.StartsWith("There are not enough free external ports on 127.0.0.1 for 3 TCP ports: of 3, 1 are leased, 0 in quarantine and 2 free.",
            Assert.IsType<PodResult.Refused>(result).Message, StringComparison.Ordinal);
        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Equal([22], after.Ports.Select(port => port.Number));
        Assert.Equal(External(pod, 22), External(after, 22));
        await using var db = await domain.OpenDatabaseAsync();
        Assert.Equal(1, await db.PortLeases.CountAsync(Cancelled));
    }

    [Fact]
    public async Task Edit_CancelledBeforehand_ChangesNothing()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Name = "no" }, new CancellationToken(canceled: true)));

        Assert.Equal(pod.Name, (await domain.FindAsync(pod.Id))!.Name);
    }

    [Fact]
    public async Task Edit_WhileItIsTerminated_EitherSavesBeforeOrFindsNothing()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync("", "22");

        var results = await Task.WhenAll(
            domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("", "22, 5432", 64).Ports }, Cancelled),
            domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled));

        Assert.True(results[0] is PodResult.Saved or PodResult.NotFound);
        Assert.IsType<PodResult.Saved>(results[1]);
        await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the pod is gone");
        await using var db = await domain.OpenDatabaseAsync();
        Assert.False(await db.PortLeases.AnyAsync(lease => lease.PodId != null, Cancelled));
    }

    private static Task<PodResult> DoAsync(TestDomain domain, string operation, Actor actor, PodId id) => operation switch
    {
        "start" => domain.Pods.StartAsync(actor, id, Cancelled),
        "stop" => domain.Pods.StopAsync(actor, id, Cancelled),
        "restart" => domain.Pods.RestartAsync(actor, id, Cancelled),
        "reset" => domain.Pods.ResetAsync(actor, id, Cancelled),
        "terminate" => domain.Pods.TerminateAsync(actor, id, Cancelled),
        "ports" => domain.Pods.EditAsync(actor, id, null, new() { Ports = [] }, Cancelled),
        "image" => domain.Pods.EditAsync(actor, id, null, new() { Image = "x" }, Cancelled),
        "unlock" => domain.Pods.EditAsync(actor, id, null, new() { Locked = false }, Cancelled),
        "unlock and ports" => domain.Pods.EditAsync(actor, id, null, new() { Locked = false, Ports = [] }, Cancelled),
        _ => domain.Pods.EditAsync(actor, id, null, new() { Name = "changed" }, Cancelled),
    };

    private static async Task<Pod> EditPortsAsync(TestDomain domain, PodId id, string http, string tcp) => Saved(await domain.Pods.EditAsync(
        TestDomain.Owner, id, null, new() { Ports = PortList.Parse(http, tcp, 64).Ports }, Cancelled));

    private static Pod Saved(PodResult result) => Assert.IsType<PodResult.Saved>(result).Pod;

    private static int External(Pod pod, int number) => pod.LeaseOf(new(PortProtocol.Tcp, number))!.Port;
}
