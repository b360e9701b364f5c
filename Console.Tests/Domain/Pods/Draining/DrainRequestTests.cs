using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods.Draining;

/// <summary>Asking a pod to wait, taking that back, and not waiting any longer.</summary>
public sealed class DrainRequestTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finish_ByHand_DoesItAtOnceInThePersonsName()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployDrainingAsync(DrainAction.Stop);

        await domain.Pods.FinishDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled);

        Assert.Equal(PodIntent.Stop, (await domain.FindAsync(pod.Id))!.Intent);
        Assert.Equal((AuditActions.PodStop, "owner"), (await domain.ListAuditAsync()).Select(entry => (entry.Action, entry.ActorId)).Last());
    }

    [Fact]
    public async Task Cancel_TakesItBackAndLeavesALaterOneAlone()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployDrainingAsync(DrainAction.Stop);

        Assert.IsType<PodResult.Saved>(await domain.Pods.CancelDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled));
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 0);
        await domain.LookAsync();
        Assert.Equal((PodIntent.Run, null), ((await domain.FindAsync(pod.Id))!.Intent, (await domain.FindAsync(pod.Id))!.Drain));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled);
        Assert.IsType<PodResult.WrongStatus>(await domain.Pods.CancelDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled));
        Assert.IsType<PodResult.WrongStatus>(await domain.Pods.FinishDrainAsync(TestDomain.Owner, pod.Id, pod.Drain!, Cancelled));
    }

    [Fact]
    public async Task Begin_WhereItMayNot_IsRefused()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
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
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployDrainingAsync(DrainAction.Terminate);

        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = true }, Cancelled);
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 0);
        await domain.LookAsync();

        Assert.Equal((PodIntent.Run, null), ((await domain.FindAsync(pod.Id))!.Intent, (await domain.FindAsync(pod.Id))!.Drain));
    }

    private static Task<PodResult> DrainAsync(TestDomain domain, Pod pod, PodConsole.Domain.Accounts.Actor? actor = null) =>
        domain.Pods.DrainAsync(actor ?? TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled);
}
