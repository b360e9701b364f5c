using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>The original's lifecycle table: what each action keeps, clears and changes.</summary>
public sealed class PodLifecycleTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("restart", false, false)]
    [InlineData("reset", true, true)]
    [InlineData("stop and start", true, true)]
    public async Task Action_OnARunningPod_KeepsOrChangesDiskAndMappings(string action, bool newDisk, bool newPorts)
    {
        await using var domain = await TestDomain.CreateAsync();
        var before = await domain.DeployAsync("8888", "22, 70000");

        await DoAsync(domain, before, action);

        Pod? after = null;
        await Eventually.TrueAsync(
            async () => (after = await domain.FindAsync(before.Id)) is { Status: PodStatus.Running } pod && pod.Generation > before.Generation,
            "the new instance runs");
        Assert.Equal(newDisk, before.DiskGeneration < after!.DiskGeneration);
        Assert.Equal(newDisk, domain.Runtime.Cleared.Any(item => item.DiskGeneration > before.DiskGeneration));
        foreach (var number in new[] { 22, 70000 })
        {
            Assert.Equal(newPorts, External(before, number) != External(after, number));
        }

        Assert.Equal(before.PublicAddress, after.PublicAddress);
        Assert.Empty(domain.Runtime.Removed);
    }

    [Fact]
    public async Task Stop_ReleasesMappingsIntoQuarantineAndClearsTheDisk()
    {
        await using var domain = await TestDomain.CreateAsync();
        var before = await domain.DeployAsync("8888", "22");

        await domain.Pods.StopAsync(TestDomain.Owner, before.Id, Cancelled);

        var after = await domain.WaitForAsync(before.Id, PodStatus.Exited);
        Assert.Empty(after.Leases);
        Assert.Equal("Stopped", after.StatusReason);
        Assert.Null(after.RuntimeAddress);
        await using var db = await domain.OpenDatabaseAsync();
        var lease = Assert.Single(db.PortLeases);
        Assert.Equal((External(before, 22), null, TestDomain.Owner.UserId), (lease.Port, (PodId?)lease.PodId, lease.OwnerId));
        Assert.NotNull(lease.ReleasedAt);
        Assert.Contains($"clear {after.DiskGeneration}", domain.Runtime.CallsOf(before.Id));
    }

    [Fact]
    public async Task Terminate_RemovesEverything()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync("8888", "22");

        await domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled);

        Assert.Null(await domain.Queries.FindAsync(TestDomain.Owner, pod.Id, Cancelled));
        await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the row is gone");
        Assert.Equal(pod.Id, Assert.Single(domain.Runtime.Removed));
    }

    [Theory]
    [InlineData("running", "start")]
    [InlineData("exited", "stop")]
    [InlineData("exited", "restart")]
    [InlineData("failed", "stop")]
    [InlineData("failed", "restart")]
    public async Task Action_StatusDoesNotAllowIt_SaysWhyAndChangesNothing(string status, string action)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await InStatusAsync(domain, status);

        Assert.NotEmpty(Assert.IsType<PodResult.WrongStatus>(await DoAsync(domain, pod, action)).Message);

        Assert.Equal(pod.Version, (await domain.FindAsync(pod.Id))!.Version);
    }

    [Theory]
    [InlineData("exited", "start")]
    [InlineData("failed", "start")]
    [InlineData("exited", "reset")]
    [InlineData("running", "stop")]
    public async Task Action_StatusAllowsIt_IsSaved(string status, string action)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await InStatusAsync(domain, status);

        Assert.IsType<PodResult.Saved>(await DoAsync(domain, pod, action));
    }

    [Fact]
    public async Task Reset_CommunityCloud_MayMoveAndSecureCloudNever()
    {
        await using var domain = await TestDomain.CreateAsync();
        var community = await DeployAsync(domain, CloudType.Community);
        var secure = await DeployAsync(domain, CloudType.Secure);
        var (seen, kept) = (new HashSet<string>(), new HashSet<string>());

        await Eventually.TrueAsync(
            async () =>
            {
                seen.Add(Saved(await domain.Pods.ResetAsync(TestDomain.Owner, community, Cancelled)).PublicAddress);
                kept.Add(Saved(await domain.Pods.ResetAsync(TestDomain.Owner, secure, Cancelled)).PublicAddress);
                return seen.Count == 2;
            },
            "the Community pod has had both addresses");

        Assert.Equal(["127.0.0.2", "127.0.0.3"], seen.Order());
        Assert.Equal(["127.0.0.1"], kept);
    }

    [Fact]
    public async Task Start_OfSeveralAddresses_CommunityCloudMayChangeItsAndSecureCloudNever()
    {
        await using var domain = await TestDomain.CreateAsync(gateway =>
        {
            foreach (var number in Enumerable.Range(1, 8))
            {
                gateway.PublicAddresses.Add(new() { Address = $"192.0.2.{number}", Cloud = number > 4 ? CloudType.Community : CloudType.Secure });
            }
        });
        var community = await domain.DeployAsync(cloud: CloudType.Community);
        var secure = await domain.DeployAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var pod in new[] { community, secure })
                {
                    await DoAsync(domain, pod, "stop and start");
                    await domain.WaitForAsync(pod.Id, PodStatus.Running);
                }

                Assert.Equal(secure.PublicAddress, (await domain.FindAsync(secure.Id))!.PublicAddress);
                return (await domain.FindAsync(community.Id))!.PublicAddress != community.PublicAddress;
            },
            "the Community pod has another address");
    }

    [Fact]
    public async Task Migrate_CommunityPod_MovesAllMappingsAndLeavesThePodRunning()
    {
        await using var domain = await TestDomain.CreateAsync();
        var before = await domain.DeployAsync("8888", "22, 70000", cloud: CloudType.Community);

        var after = Saved(await domain.Pods.MigrateAsync(TestDomain.Owner, before.Id, Cancelled));

        Assert.Equal(["127.0.0.2", "127.0.0.3"], new[] { before.PublicAddress, after.PublicAddress }.Order());
        Assert.All(after.Leases, lease => Assert.Equal(after.PublicAddress, lease.Address));
        Assert.All(new[] { 22, 70000 }, number => Assert.NotEqual(External(before, number), External(after, number)));
        Assert.Equal((before.Generation, before.DiskGeneration, PodStatus.Running), (after.Generation, after.DiskGeneration, after.Status));
        Assert.Single(domain.Runtime.Starts);
    }

    [Fact]
    public async Task Migrate_SecurePod_IsRefused()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        Assert.Equal(
            "In Secure Cloud the public IP stays the same: only pods in Community Cloud can migrate.",
            Assert.IsType<PodResult.Refused>(await domain.Pods.MigrateAsync(TestDomain.Owner, pod.Id, Cancelled)).Message);
    }

    [Fact]
    public async Task Migrate_OnlyOneAddress_SaysWhy()
    {
        await using var domain = await TestDomain.CreateAsync(
            gateway => gateway.PublicAddresses.Add(new() { Address = "127.0.0.9", Cloud = CloudType.Community }));
        var pod = await domain.DeployAsync(cloud: CloudType.Community);

        Assert.Equal(
            "Migrating needs a second public address in Community Cloud, and 127.0.0.9 is the only one here.",
            Assert.IsType<PodResult.Refused>(await domain.Pods.MigrateAsync(TestDomain.Owner, pod.Id, Cancelled)).Message);
    }

    [Fact]
    public async Task Migrate_LockedOrStoppedOrAnothersPod_IsRefused()
    {
        await using var domain = await TestDomain.CreateAsync();
        var locked = await domain.DeployAsync(overrides: new() { Locked = true }, cloud: CloudType.Community);
        var stopped = await domain.DeployAsync(cloud: CloudType.Community);
        await domain.Pods.StopAsync(TestDomain.Owner, stopped.Id, Cancelled);
        await domain.WaitForAsync(stopped.Id, PodStatus.Exited);

        Assert.IsType<PodResult.Locked>(await domain.Pods.MigrateAsync(TestDomain.Owner, locked.Id, Cancelled));
        Assert.IsType<PodResult.WrongStatus>(await domain.Pods.MigrateAsync(TestDomain.Owner, stopped.Id, Cancelled));
        Assert.IsType<PodResult.NotFound>(await domain.Pods.MigrateAsync(TestDomain.Other, locked.Id, Cancelled));
    }

    private static async Task<PodId> DeployAsync(TestDomain domain, CloudType cloud) => Saved(await domain.Pods.DeployAsync(
        TestDomain.Owner, new() { Cloud = cloud, Overrides = new() { Image = "demo", Ports = [new(PortProtocol.Tcp, 22)] } }, Cancelled)).Id;

    private static async Task<Pod> InStatusAsync(TestDomain domain, string status)
    {
        var pod = await domain.DeployAsync();
        if (status == "exited")
        {
            await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);
            return await domain.WaitForAsync(pod.Id, PodStatus.Exited);
        }

        if (status == "failed")
        {
            await domain.StartAsync();
            domain.Runtime.End(pod.Id, exitCode: 3);
            return await domain.WaitForAsync(pod.Id, PodStatus.Error);
        }

        return pod;
    }

    private static async Task<PodResult> DoAsync(TestDomain domain, Pod pod, string action)
    {
        switch (action)
        {
            case "restart":
                return await domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, Cancelled);
            case "reset":
                return await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled);
            case "stop":
                return await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);
            case "stop and start":
                await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);
                await domain.WaitForAsync(pod.Id, PodStatus.Exited);
                goto default;
            default:
                return await domain.Pods.StartAsync(TestDomain.Owner, pod.Id, Cancelled);
        }
    }

    private static Pod Saved(PodResult result) => Assert.IsType<PodResult.Saved>(result).Pod;

    private static int External(Pod pod, int number) => pod.LeaseOf(new(PortProtocol.Tcp, number))!.Port;
}
