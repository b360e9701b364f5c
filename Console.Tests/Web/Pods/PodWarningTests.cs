using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Web.Pods;

public sealed class PodWarningTests
{
    [Fact]
    public void Of_Stop_NamesDiskVolumeMappingsAndConnections()
    {
        var text = TextOf(NewPod(volumeGb: 20), PodAction.Stop, openConnections: 3);

        Assert.Contains("Everything on the container disk is lost.", text, StringComparison.Ordinal);
        Assert.Contains("The volume of 20 GB is kept.", text, StringComparison.Ordinal);
        Assert.Contains("1 external TCP port", text, StringComparison.Ordinal);
        Assert.Contains("3 open connections are cut.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Reset_NamesNewMappings() =>
        Assert.Contains("gets another number", TextOf(NewPod(), PodAction.Reset), StringComparison.Ordinal);

    [Fact]
    public void Of_Terminate_NamesTheVolume() =>
        Assert.Contains("the volume of 20 GB too", TextOf(NewPod(volumeGb: 20), PodAction.Terminate), StringComparison.Ordinal);

    [Fact]
    public void Of_NoOpenConnections_SaysNothingOfThem() =>
        Assert.DoesNotContain("open connection", TextOf(NewPod(), PodAction.Stop), StringComparison.Ordinal);

    [Fact]
    public void Of_Migrate_NamesWhatChangesAndWhatStays()
    {
        var pod = NewPod();
        (pod.Cloud, pod.PublicAddress) = (CloudType.Community, "127.0.0.2");
        pod.Leases.Add(new PortLease { Port = 20002, Number = 70000 });

        var text = TextOf(pod, PodAction.Migrate, openConnections: 1);

        Assert.Contains("from 127.0.0.2 to another one of Community Cloud.", text, StringComparison.Ordinal);
        Assert.Contains("Its 2 external TCP ports get other numbers", text, StringComparison.Ordinal);
        Assert.Contains("Symmetrical ports change inside the pod too", text, StringComparison.Ordinal);
        Assert.Contains("nothing on its disks is lost.", text, StringComparison.Ordinal);
        Assert.Contains("Its variables change at its next restart, the file in $POD_PORTS_FILE at once.", text, StringComparison.Ordinal);
        Assert.Contains("1 open connection is cut.", text, StringComparison.Ordinal);
        Assert.False(PodWarning.Of(pod, PodAction.Migrate, 0)!.IsDestructive);
    }

    [Theory]
    [InlineData("Start")]
    [InlineData("Lock")]
    [InlineData("Unlock")]
    public void Of_ActionThatLosesNothing_IsNull(string action) =>
        Assert.Null(PodWarning.Of(NewPod(), Enum.Parse<PodAction>(action), openConnections: 2));

    [Fact]
    public void Of_RunningPodWithConnections_OffersToWaitUnlessItIsLockedOrWaitsAlready()
    {
        var pod = NewPod();
        pod.Status = PodStatus.Running;

        var ways = PodWarning.Of(pod, PodAction.Restart, 3)!.Ways;

        Assert.Equal("Now: 3 open connections are cut.", ways[(int)PodTiming.Now]);
        Assert.StartsWith("Wait for open connections (3 open now), at most 5 minutes.", ways[(int)PodTiming.WhenIdle], StringComparison.Ordinal);
        Assert.Null(PodWarning.Of(pod, PodAction.Restart, 0));
        pod.Drain = new(DrainAction.Stop, DateTime.UtcNow, []);
        Assert.Empty(PodWarning.Of(pod, PodAction.Stop, 3)!.Ways);
        (pod.Drain, pod.Locked) = (null, true);
        Assert.Empty(PodWarning.Of(pod, PodAction.Stop, 3)!.Ways);
    }

    private static string TextOf(Pod pod, PodAction action, int openConnections = 0) =>
        string.Join(' ', PodWarning.Of(pod, action, openConnections)!.Consequences);

    private static Pod NewPod(int volumeGb = 0)
    {
        var pod = new Pod { Name = "calm_rice_otter", VolumeDiskGb = volumeGb };
        pod.Leases.Add(new PortLease { Port = 20001, Number = 22 });
        return pod;
    }
}
