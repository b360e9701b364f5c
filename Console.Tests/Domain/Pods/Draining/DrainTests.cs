using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods.Draining;

/// <summary>Pods that wait until their connections have ended, and what they do then.</summary>
public sealed class DrainTests
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DrainAction.Stop)]
    [InlineData(DrainAction.Restart)]
    [InlineData(DrainAction.Reset)]
    [InlineData(DrainAction.Migrate)]
    [InlineData(DrainAction.Terminate)]
    public async Task Look_ConnectionsHaveEnded_DoesWhatThePodWaitedFor(DrainAction action)
    {
        await using var domain = await NewDomainAsync();
        var pod = await domain.DeployAsync(cloud: CloudType.Community);
        domain.Publisher.SetConnections(pod.Id, Tcp, 2);
        Assert.IsType<PodResult.Saved>(await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, action, Cancelled));

        await LookAsync(domain);
        Assert.NotNull((await domain.FindAsync(pod.Id))!.Drain);
        domain.Publisher.SetConnections(pod.Id, Tcp, 0);
        await LookAsync(domain);

        if (action == DrainAction.Terminate)
        {
            await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the pod is gone");
            return;
        }

        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Null(after.Drain);
        Assert.Equal(action == DrainAction.Stop ? PodIntent.Stop : PodIntent.Run, after.Intent);
        Assert.Equal(action is DrainAction.Restart or DrainAction.Reset, after.Generation > pod.Generation);
        Assert.Equal(action is DrainAction.Stop or DrainAction.Reset, after.DiskGeneration > pod.DiskGeneration);
        Assert.Equal(action == DrainAction.Restart, after.LeaseOf(Tcp)?.Port == pod.LeaseOf(Tcp)!.Port);
    }

    [Fact]
    public async Task Look_ConnectionsStayOpen_DoesItAfterFiveMinutesAndRecordsHowManyWereCut()
    {
        await using var domain = await NewDomainAsync();
        var pod = await DrainedAsync(domain, DrainAction.Stop);

        _clock.Advance(PodDrain.Longest - TimeSpan.FromSeconds(1));
        await LookAsync(domain);
        Assert.Equal(PodIntent.Run, (await domain.FindAsync(pod.Id))!.Intent);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(domain);

        Assert.Equal(PodIntent.Stop, (await domain.FindAsync(pod.Id))!.Intent);
        Assert.Equal(
            [(AuditActions.PodDrain, "owner", "Stop when idle"), (AuditActions.PodStop, null, "after 5 minutes, 2 open")],
            (await AuditOf(domain)).Select(entry => (entry.Action, entry.ActorId, entry.Detail)));
    }

    [Fact]
    public async Task Look_AfterARestartOfTheConsole_GoesOn()
    {
        await using var domain = await NewDomainAsync();
        var pod = await DrainedAsync(domain, DrainAction.Stop);

        await domain.RestartConsoleAsync();
        await domain.StartAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 1);
        var keeper = domain.Get<DrainKeeper>();
        await keeper.StartedAsync(Cancelled);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                domain.Publisher.SetConnections(pod.Id, Tcp, 0);
                return domain.FindAsync(pod.Id).ContinueWith(found => found.Result!.Intent == PodIntent.Stop, TaskScheduler.Default);
            },
            "the new console stops the pod");

        await keeper.StopAsync(Cancelled);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Look_ClockIsPutForwardOrBack_StillWaitsFiveMinutes(int hours)
    {
        var clock = new WallClock();
        await using var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var pod = await DrainedAsync(domain, DrainAction.Stop);
        await LookAsync(domain);

        clock.Shift = TimeSpan.FromHours(hours);
        clock.Advance(PodDrain.Longest - TimeSpan.FromSeconds(1));
        await LookAsync(domain);
        Assert.Equal(PodIntent.Run, (await domain.FindAsync(pod.Id))!.Intent);
        clock.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(domain);

        Assert.Equal(PodIntent.Stop, (await domain.FindAsync(pod.Id))!.Intent);
    }

    [Fact]
    public async Task Stopping_PodsWait_LooksNoMore()
    {
        await using var domain = await NewDomainAsync();
        var keeper = domain.Get<DrainKeeper>();
        await keeper.StartedAsync(Cancelled);

        await keeper.StoppingAsync(Cancelled);

        Assert.True(keeper.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Edit_DrainsRemovedPorts_KeepsThemAndTheirMappingsUntilTheirConnectionsHaveEnded()
    {
        await using var domain = await NewDomainAsync();
        var pod = await domain.DeployAsync("8888", "22, 23");
        domain.Publisher.SetConnections(pod.Id, Http, 1);
        domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 23), 7);

        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("4000", "23", 64).Ports, DrainsRemoved = true }, Cancelled);

        var waiting = Assert.IsType<PodResult.Saved>(result).Pod;
        Assert.Equal(["22/tcp", "23/tcp", "4000/http", "8888/http"], waiting.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal((true, true, false), (waiting.Drain!.Covers(Http), waiting.Drain.Covers(Tcp), waiting.Drain.Covers(new(PortProtocol.Tcp, 23))));
        Assert.NotNull(waiting.LeaseOf(Tcp));
        await LookAsync(domain);
        domain.Publisher.SetConnections(pod.Id, Http, 0);
        await LookAsync(domain);

        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Null(after.Drain);
        Assert.Equal(["23/tcp", "4000/http"], after.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(23, Assert.Single(after.Leases).Number);
        Assert.Equal(
            ["+4000/http, −8888/http when idle, −22/tcp when idle", "−8888/http, −22/tcp, all connections had ended"],
            (await AuditOf(domain)).Select(entry => entry.Detail));
    }

    [Fact]
    public async Task Edit_DrainWithAReset_IsRefused()
    {
        await using var domain = await NewDomainAsync();
        var pod = await domain.DeployAsync();

        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = [], Command = "--other", DrainsRemoved = true }, Cancelled);

        Assert.IsType<PodResult.Refused>(result);
        Assert.Equal(2, (await domain.FindAsync(pod.Id))!.Ports.Count);
    }

    [Fact]
    public async Task Finish_ByHand_DoesItAtOnceInThePersonsName()
    {
        await using var domain = await NewDomainAsync();
        var pod = await DrainedAsync(domain, DrainAction.Stop);

        await domain.Pods.FinishDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled);

        Assert.Equal(PodIntent.Stop, (await domain.FindAsync(pod.Id))!.Intent);
        Assert.Equal((AuditActions.PodStop, "owner"), (await AuditOf(domain)).Select(entry => (entry.Action, entry.ActorId)).Last());
    }

    [Fact]
    public async Task Cancel_TakesItBackAndLeavesALaterOneAlone()
    {
        await using var domain = await NewDomainAsync();
        var pod = await DrainedAsync(domain, DrainAction.Stop);

        Assert.IsType<PodResult.Saved>(await domain.Pods.CancelDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled));
        domain.Publisher.SetConnections(pod.Id, Tcp, 0);
        await LookAsync(domain);
        Assert.Equal((PodIntent.Run, null), ((await domain.FindAsync(pod.Id))!.Intent, (await domain.FindAsync(pod.Id))!.Drain));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled);
        Assert.IsType<PodResult.WrongStatus>(await domain.Pods.CancelDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled));
        Assert.IsType<PodResult.WrongStatus>(await domain.Pods.FinishDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled));
    }

    [Fact]
    public async Task Begin_WhereItMayNot_IsRefused()
    {
        await using var domain = await NewDomainAsync();
        var pod = await domain.DeployAsync();
        Assert.IsType<PodResult.NotFound>(await DrainAsync(domain, pod, TestDomain.Other));
        Assert.IsType<PodResult.Refused>(await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Migrate, Cancelled));
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = true }, Cancelled);
        Assert.IsType<PodResult.Locked>(await DrainAsync(domain, pod));
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = false }, Cancelled);

        Assert.IsType<PodResult.Saved>(await DrainAsync(domain, pod));
        Assert.IsType<PodResult.WrongStatus>(await DrainAsync(domain, pod));

        await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);
        await domain.WaitForAsync(pod.Id, PodStatus.Exited);
        Assert.IsType<PodResult.WrongStatus>(await DrainAsync(domain, pod));
    }

    [Fact]
    public async Task Lock_DuringADrain_TakesItBack()
    {
        await using var domain = await NewDomainAsync();
        var pod = await DrainedAsync(domain, DrainAction.Terminate);

        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = true }, Cancelled);
        domain.Publisher.SetConnections(pod.Id, Tcp, 0);
        await LookAsync(domain);

        Assert.Equal((PodIntent.Run, null), ((await domain.FindAsync(pod.Id))!.Intent, (await domain.FindAsync(pod.Id))!.Drain));
    }

    [Fact]
    public async Task OtherAction_DuringARemovalOfPorts_OvertakesItAndThePortsAreGone()
    {
        await using var domain = await NewDomainAsync();
        var pod = await domain.DeployAsync("8888", "22, 23");
        domain.Publisher.SetConnections(pod.Id, Tcp, 1);
        await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("8888", "23", 64).Ports, DrainsRemoved = true }, Cancelled);

        await domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, Cancelled);

        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Null(after.Drain);
        Assert.Equal(["23/tcp", "8888/http"], after.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(pod.LeaseOf(new(PortProtocol.Tcp, 23))!.Port, Assert.Single(after.Leases).Port);
    }

    [Fact]
    public async Task Look_ActionIsNotPossibleAnyMore_TakesTheDrainBackAndSaysWhy()
    {
        await using var domain = await NewDomainAsync();
        var pod = await DrainedAsync(domain, DrainAction.Stop);
        await using (var db = await domain.OpenDatabaseAsync())
        {
            var row = db.Pods.Single(item => item.Id == pod.Id);
            row.Status = PodStatus.Exited;
            await db.SaveChangesAsync(Cancelled);
        }

        domain.Publisher.SetConnections(pod.Id, Tcp, 0);
        await LookAsync(domain);

        Assert.Null((await domain.FindAsync(pod.Id))!.Drain);
        var last = (await AuditOf(domain))[^1];
        Assert.Equal((AuditActions.PodDrainCancel, "The pod is not running."), (last.Action, last.Detail));
    }

    private static Task LookAsync(TestDomain domain) => domain.Get<DrainKeeper>().LookAsync();

    private static Task<PodResult> DrainAsync(TestDomain domain, Pod pod, PodConsole.Domain.Accounts.Actor? actor = null) =>
        domain.Pods.DrainAsync(actor ?? TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled);

    private static async Task<Pod> DrainedAsync(TestDomain domain, DrainAction action)
    {
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 2);
        return Assert.IsType<PodResult.Saved>(await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, action, Cancelled)).Pod;
    }

    // What was done after the deployment, in order.
    private static async Task<List<AuditEntry>> AuditOf(TestDomain domain)
    {
        await using var db = await domain.OpenDatabaseAsync();
        return [.. db.AuditEntries.Where(entry => entry.Action != AuditActions.PodDeploy).OrderBy(entry => entry.Id)];
    }

    private Task<TestDomain> NewDomainAsync() => TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(_clock));

    // The time of day can be put forward and back; what passes is not touched.
    private sealed class WallClock() : FakeTimeProvider(DateTimeOffset.UtcNow)
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

        public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
    }
}
