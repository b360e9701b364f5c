using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods.Draining;

/// <summary>Pods that wait until their connections have ended, and what they do then.</summary>
public sealed class DrainKeeperTests
{
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
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployAsync(cloud: CloudType.Community);
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 2);
        Assert.IsType<PodResult.Saved>(await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, action, Cancelled));

        await domain.LookAsync();
        Assert.NotNull((await domain.FindAsync(pod.Id))!.Drain);
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 0);
        await domain.LookAsync();

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
        Assert.Equal(action == DrainAction.Restart, after.LeaseOf(DrainSteps.Tcp)?.Port == pod.LeaseOf(DrainSteps.Tcp)!.Port);
    }

    [Fact]
    public async Task Look_ConnectionsStayOpen_DoesItAfterFiveMinutesAndRecordsHowManyWereCut()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployDrainingAsync(DrainAction.Stop);

        _clock.Advance(PodDrain.Longest - TimeSpan.FromSeconds(1));
        await domain.LookAsync();
        Assert.Equal(PodIntent.Run, (await domain.FindAsync(pod.Id))!.Intent);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await domain.LookAsync();

        Assert.Equal(PodIntent.Stop, (await domain.FindAsync(pod.Id))!.Intent);
        Assert.Equal(
            [(AuditActions.PodDrain, "owner", "Stop when idle"), (AuditActions.PodStop, null, "after 5 minutes, 2 open")],
            (await domain.ListAuditAsync()).Select(entry => (entry.Action, entry.ActorId, entry.Detail)));
    }

    [Fact]
    public async Task Look_AfterARestartOfTheConsole_GoesOn()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployDrainingAsync(DrainAction.Stop);

        await domain.RestartConsoleAsync();
        await domain.StartAsync();
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 1);
        var keeper = domain.Get<DrainKeeper>();
        await keeper.StartedAsync(Cancelled);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 0);
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
        var pod = await domain.DeployDrainingAsync(DrainAction.Stop);
        await domain.LookAsync();

        clock.Shift = TimeSpan.FromHours(hours);
        clock.Advance(PodDrain.Longest - TimeSpan.FromSeconds(1));
        await domain.LookAsync();
        Assert.Equal(PodIntent.Run, (await domain.FindAsync(pod.Id))!.Intent);
        clock.Advance(TimeSpan.FromSeconds(1));
        await domain.LookAsync();

        Assert.Equal(PodIntent.Stop, (await domain.FindAsync(pod.Id))!.Intent);
    }

    [Fact]
    public async Task Stopping_PodsWait_LooksNoMore()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var keeper = domain.Get<DrainKeeper>();
        await keeper.StartedAsync(Cancelled);

        await keeper.StoppingAsync(Cancelled);

        Assert.True(keeper.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Look_ActionIsNotPossibleAnyMore_TakesTheDrainBackAndSaysWhy()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployDrainingAsync(DrainAction.Stop);
        await using (var db = await domain.OpenDatabaseAsync())
        {
            var row = db.Pods.Single(item => item.Id == pod.Id);
            row.Status = PodStatus.Exited;
            await db.SaveChangesAsync(Cancelled);
        }

        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 0);
        await domain.LookAsync();

        Assert.Null((await domain.FindAsync(pod.Id))!.Drain);
        var last = (await domain.ListAuditAsync())[^1];
        Assert.Equal((AuditActions.PodDrainCancel, "The pod is not running."), (last.Action, last.Detail));
    }

    // The time of day can be put forward and back; what passes is not touched.
    private sealed class WallClock() : FakeTimeProvider(DateTimeOffset.UtcNow)
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

        public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
    }
}
