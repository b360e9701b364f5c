using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports.Mappings;

/// <summary>What is written down of changed mappings, and who may read it.</summary>
public sealed class MappingHistoryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_OfEveryKind_AreWrittenWithTheirCause()
    {
        await using var domain = await TestDomain.CreateAsync();
        var deployed = await domain.DeployAsync("8888", "22, 23", cloud: CloudType.Community);
        var edited = await EditAsync(domain, deployed, "22");
        var reset = Saved(await domain.Pods.ResetAsync(TestDomain.Owner, deployed.Id, Cancelled));
        await domain.WaitForAsync(deployed.Id, PodStatus.Running);
        var migrated = Saved(await domain.Pods.MigrateAsync(TestDomain.Owner, deployed.Id, Cancelled));
        await domain.Pods.StopAsync(TestDomain.Owner, deployed.Id, Cancelled);
        await domain.WaitForAsync(deployed.Id, PodStatus.Exited);
        var started = Saved(await domain.Pods.StartAsync(TestDomain.Owner, deployed.Id, Cancelled));

        var changes = await ReadAsync(domain, deployed.Id);

        Assert.Equal(
            [MappingCause.Started, MappingCause.Stopped, MappingCause.Migrated, MappingCause.Reset, MappingCause.Edited, MappingCause.Deployed],
            changes.Select(change => change.Cause));
        Assert.Equal(
            [
                $"22: {Port(started)} new",
                $"22: {Port(migrated)} released",
                $"22: {Place(reset)} → {Place(migrated)}",
                reset.PublicAddress == edited.PublicAddress ? $"22: {Port(edited)} → {Port(reset)}" : $"22: {Place(edited)} → {Place(reset)}",
                $"23: {Port(deployed, 23)} released",
                $"22: {Port(deployed)} new\n23: {Port(deployed, 23)} new",
            ],
            changes.Select(change => change.Text));
        Assert.All(changes, change => Assert.Equal(DateTimeKind.Utc, change.At.Kind));
    }

    [Fact]
    public async Task Changes_ThatTouchNoMapping_AreNotWritten()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync("8888", "22");

        await domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, Cancelled);
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Name = "other", Ports = PortList.Parse("9999", "22", 64).Ports }, Cancelled);

        Assert.Equal(MappingCause.Deployed, Assert.Single(await ReadAsync(domain, pod.Id)).Cause);
    }

    [Fact]
    public async Task Changes_OfOnePod_AreBoundedAndThoseOfOthersStay()
    {
        await using var domain = await TestDomain.CreateAsync();
        var other = await domain.DeployAsync("", "22");
        var pod = await domain.DeployAsync("", "22");
        for (var round = 0; round < MappingHistory.Kept + 5; round++)
        {
            pod = Saved(await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled));
        }

        var changes = await ReadAsync(domain, pod.Id);

        Assert.Equal(MappingHistory.Kept, changes.Count);
        Assert.EndsWith($" → {Port(pod)}", changes[0].Text, StringComparison.Ordinal);
        Assert.Single(await ReadAsync(domain, other.Id));
    }

    [Fact]
    public async Task Refused_Change_IsNotWritten()
    {
        await using var domain = await TestDomain.CreateAsync(gateway => gateway.TcpPortRange = "20000-20000");
        var pod = await domain.DeployAsync("", "22");

        Assert.IsType<PodResult.Refused>(await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled));

        Assert.Single(await ReadAsync(domain, pod.Id));
    }

    [Fact]
    public async Task Move_BecauseOfAnotherProgram_IsWritten()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync("", "22");

        Assert.True(await domain.Get<LeaseMoves>().MoveAsync(pod.Id, [(new(PortProtocol.Tcp, 22), pod.Leases.Single().Epoch)]));

        var moved = (await domain.FindAsync(pod.Id))!;
        var change = (await ReadAsync(domain, pod.Id))[0];
        Assert.Equal((MappingCause.Taken, $"22: {Port(pod)} → {Port(moved)}"), (change.Cause, change.Text));
    }

    [Fact]
    public async Task Read_ByOthers_ShowsNothingAndNews_OnlyOwnPods()
    {
        await using var domain = await TestDomain.CreateAsync();
        var history = domain.Get<MappingHistory>();
        var own = await domain.DeployAsync("", "22");
        var last = await history.ReadLastIdAsync(Cancelled);
        var others = await domain.DeployAsync("", "22", TestDomain.Other);

        Assert.Empty(await history.ReadAsync(TestDomain.Owner, others.Id, Cancelled));
        Assert.Single(await history.ReadAsync(TestDomain.Admin, others.Id, Cancelled));
        Assert.Empty(await history.ReadNewsAsync(TestDomain.Owner, last, Cancelled));
        Assert.Empty(await history.ReadNewsAsync(TestDomain.Admin, 0, Cancelled));
        Assert.Equal((others.Name, others.Id), (await history.ReadNewsAsync(TestDomain.Other, last, Cancelled)).Select(item => (item.PodName, item.Change.PodId)).Single());
        Assert.Equal(own.Id, (await history.ReadNewsAsync(TestDomain.Owner, 0, Cancelled)).Single().Change.PodId);
    }

    [Fact]
    public async Task Terminate_TakesTheHistoryAway()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync("", "22");

        await domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled);

        await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the pod is gone");
        await using var db = await domain.OpenDatabaseAsync();
        Assert.Equal(0, await db.MappingChanges.CountAsync(Cancelled));
    }

    private static Task<IReadOnlyList<MappingChange>> ReadAsync(TestDomain domain, PodId podId) =>
        domain.Get<MappingHistory>().ReadAsync(TestDomain.Owner, podId, Cancelled);

    private static async Task<Pod> EditAsync(TestDomain domain, Pod pod, string tcp) => Saved(await domain.Pods.EditAsync(
        TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("8888", tcp, 64).Ports }, Cancelled));

    private static Pod Saved(PodResult result) => Assert.IsType<PodResult.Saved>(result).Pod;

    private static int Port(Pod pod, int number = 22) => pod.LeaseOf(new(PortProtocol.Tcp, number))!.Port;

    private static string Place(Pod pod) => $"{pod.PublicAddress}:{Port(pod)}";
}
