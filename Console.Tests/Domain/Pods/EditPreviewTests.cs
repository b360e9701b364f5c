using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>What an edit that resets a pod is said to do to its ports.</summary>
public sealed class EditPreviewTests
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);
    private static readonly PodEdit Reset = new() { Command = "--other" };

    [Fact]
    public void Of_ResetWhileConnectionsAreOpen_NamesThemForEachPortThatStays()
    {
        var pod = NewPod();

        Assert.Equal(
            ["1 open connection on 8888/http is cut.", "3 open connections on 22/tcp are cut."],
            TextsOf(pod, Reset, EffectKind.Drop, (Http, 1), (Tcp, 3)));
        Assert.Equal(["3 open connections on 22/tcp are cut."], TextsOf(pod, Reset, EffectKind.Drop, (Tcp, 3)));
        Assert.Empty(TextsOf(pod, Reset, EffectKind.Drop));
    }

    [Fact]
    public void Of_ResetThatRemovesAPortToo_NamesEachPortOnce()
    {
        var edit = Reset with { Ports = [new(PortProtocol.Tcp, 22)] };

        Assert.Equal(
            ["1 open connection on 8888/http ends after at most 30 s.", "3 open connections on 22/tcp are cut."],
            TextsOf(NewPod(), edit, EffectKind.Drop, (Http, 1), (Tcp, 3)));
    }

    [Fact]
    public void Of_EditThatResetsNothing_LeavesConnectionsOfOtherPortsAlone()
    {
        var pod = NewPod(CloudType.Community);
        PodEdit edit = new() { Name = "new", Ports = [new(PortProtocol.Http, 8888), new(PortProtocol.Tcp, 22), new(PortProtocol.Http, 4000)] };

        Assert.Empty(TextsOf(pod, edit, EffectKind.Drop, (Http, 1), (Tcp, 3)));
        Assert.Empty(TextsOf(pod, edit, EffectKind.Mapping));
    }

    [Fact]
    public void Of_ResetOfAStoppedPod_CutsNothing()
    {
        var pod = NewPod(CloudType.Community);
        pod.Intent = PodIntent.Stop;

        Assert.Equal([EffectKind.Later], EffectsOf(pod, Reset, (Http, 1)).Select(effect => effect.Kind));
    }

    [Theory]
    [InlineData(CloudType.Secure, false)]
    [InlineData(CloudType.Community, true)]
    public void Of_ResetWithTcpPorts_SaysWhereThePublicAddressMayChange(CloudType cloud, bool says)
    {
        var texts = TextsOf(NewPod(cloud), Reset, EffectKind.Mapping);

        Assert.Equal("TCP 22 gets another external port than 20001.", texts[0]);
        Assert.Equal(says, texts.Contains("The pod's public address may change."));
    }

    [Fact]
    public void Of_ResetThatRemovesEveryTcpPort_SaysNothingOfThePublicAddress()
    {
        var edit = Reset with { Ports = [new(PortProtocol.Http, 8888)] };

        Assert.Equal(
            ["TCP 22 is closed at once and gives up external port 20001."], TextsOf(NewPod(CloudType.Community), edit, EffectKind.Mapping));
    }

    private static IReadOnlyList<string> TextsOf(Pod pod, PodEdit edit, EffectKind kind, params (PortKey Key, int Open)[] connections) =>
        [.. EffectsOf(pod, edit, connections).Where(effect => effect.Kind == kind).Select(effect => effect.Text)];

    private static IReadOnlyList<EditEffect> EffectsOf(Pod pod, PodEdit edit, params (PortKey Key, int Open)[] connections)
    {
        var capabilities = new RuntimeCapabilities(
            DiskSizesEnforced: false, SharesConsoleUser: true, CanBindPrivilegedPorts: true, BindHint: "bind to $POD_IP", SshUser: "console");
        var open = connections.ToDictionary(item => item.Key, item => item.Open);
        return EditPreview.Of(pod, edit, capabilities, key => open.GetValueOrDefault(key), TimeSpan.FromSeconds(30));
    }

    private static Pod NewPod(CloudType cloud = CloudType.Secure)
    {
        var pod = new Pod { Name = "calm_rice_otter", Cloud = cloud, Intent = PodIntent.Run, Status = PodStatus.Running };
        pod.Ports.AddRange([new() { Protocol = PortProtocol.Http, Number = 8888 }, new() { Protocol = PortProtocol.Tcp, Number = 22 }]);
        pod.Leases.Add(new PortLease { Port = 20001, Number = 22 });
        return pod;
    }
}
