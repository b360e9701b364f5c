using PodConsole.Domain.Pods;
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

    [Theory]
    [InlineData("Start")]
    [InlineData("Restart")]
    [InlineData("Lock")]
    [InlineData("Unlock")]
    public void Of_ActionThatLosesNothing_IsNull(string action) =>
        Assert.Null(PodWarning.Of(NewPod(), Enum.Parse<PodAction>(action), openConnections: 2));

    private static string TextOf(Pod pod, PodAction action, int openConnections = 0) =>
        string.Join(' ', PodWarning.Of(pod, action, openConnections)!.Consequences);

    private static Pod NewPod(int volumeGb = 0)
    {
        var pod = new Pod { Name = "calm_rice_otter", VolumeDiskGb = volumeGb };
        pod.Leases.Add(new PortLease { Port = 20001, Number = 22 });
        return pod;
    }
}
