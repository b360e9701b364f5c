using Bunit;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Connect;

namespace PodConsole.Tests.Web.Connect;

public sealed class ConnectMenuTests
{
    private static readonly PodId Pod = PodId.Parse("abcdefghijklmn");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Menu_LiveHttpPort_IsALinkThatOpensANewTab()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Http(8888, PortState.Live, label: "Jupyter Lab"));

        var link = menu.Find(".port-row a");
        Assert.Equal($"https://{Pod}-8888.proxy.localhost:8443/", link.GetAttribute("href"));
        Assert.Equal("_blank", link.GetAttribute("target"));
        Assert.Equal("noopener", link.GetAttribute("rel"));
        Assert.Contains("Jupyter Lab", link.TextContent, StringComparison.Ordinal);
        Assert.Contains("Port 8888", menu.Find(".port-row").TextContent, StringComparison.Ordinal);
        Assert.Equal("Ready", menu.Find(".readiness").TextContent.Trim());
    }

    [Fact]
    public async Task Menu_PortOfYoungPod_TurnsFromInitializingToNotReadyByItself()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Http(8888, PortState.Waiting, "Nothing listens on port 8888 yet."));
        Assert.Equal("Initializing", menu.Find(".readiness").TextContent.Trim());

        _clock.Advance(PortReadiness.WarmUp);

        await menu.WaitForAssertionAsync(() => Assert.Equal("Not Ready", menu.Find(".readiness").TextContent.Trim()));
        Assert.Contains("Nothing listens on port 8888 yet.", menu.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_FailedPort_SaysWhy()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Tcp(5432, 20001, PortState.Failed, "Port 5432 is answered by postgres."));

        Assert.Equal("Not Ready", menu.Find(".readiness").TextContent.Trim());
        Assert.Contains("Port 5432 is answered by postgres.", menu.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_PortThatNearsItsTimeOut_SaysSoBesideThePort()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Http(8888) with { Warning = "A request has waited for more than 80 s." }, Http(8889));

        var alert = menu.Find(".port-row-warning");
        Assert.Equal("status", alert.GetAttribute("role"));
        Assert.Equal("A request has waited for more than 80 s.", alert.TextContent.Trim());
        Assert.Contains("Port 8888", alert.Closest(".port-row")!.TextContent, StringComparison.Ordinal);
        Assert.Single(menu.FindAll(".port-row-warning"));
    }

    [Fact]
    public async Task Menu_SshPort_IsOneLineToPaste()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Tcp(22, 20042));

        Assert.Equal("ssh console@127.0.0.1 -p 20042 -i ~/.ssh/id_ed25519", menu.Find(".copy-field code").TextContent);
    }

    [Fact]
    public async Task Menu_NoSshPort_SaysHowToGetIt()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Http(8888));

        Assert.Contains("expose TCP port 22", menu.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_SymmetricalPort_SaysWhatItWasAskedForAs()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, Tcp(70000, 20345));

        Assert.Equal(
            "127.0.0.1:20345 → :20345 symmetrical (asked for as 70000)",
            string.Join(' ', menu.Find(".port-row-where").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Menu_TcpPortOfStoppedPod_HasNoExternalPort()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab, new ExposedPort
        {
            Key = new(PortProtocol.Tcp, 22),
            State = PortState.Waiting,
            Reason = "The pod is stopped. Start it to open this port.",
        });

        Assert.Contains("No external port yet", menu.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("ssh console@", menu.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_NothingExposed_OffersToEdit()
    {
        await using var tab = await OpenAsync();
        var menu = Show(tab);

        Assert.Contains("Nothing is exposed", menu.Markup, StringComparison.Ordinal);
        Assert.Contains(menu.FindAll("button"), button => button.TextContent.Trim() == "Edit Pod");
    }

    [Fact]
    public async Task Menu_SecretVariable_IsMasked()
    {
        await using var tab = await OpenAsync();
        var pod = await tab.Domain.DeployAsync(overrides: new PodEdit
        {
            Environment = [new("MODE", "fast"), new("TOKEN", "s3cr3t-value", IsSecret: true)],
        });
        var menu = Show(tab, pod);

        await menu.WaitForAssertionAsync(() => Assert.Contains("TOKEN=••••••", menu.Find("pre").TextContent, StringComparison.Ordinal));
        Assert.Contains("MODE=fast", menu.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.Contains($"RUNPOD_POD_ID={pod.Id}", menu.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-value", menu.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_Variables_NameTheFileWithTheMappingOfPortsOnce()
    {
        await using var tab = await OpenAsync();
        var pod = await tab.Domain.DeployAsync(overrides: new PodEdit { Environment = [new("POD_PORTS_FILE", "mine")] });
        var menu = Show(tab, pod);

        await menu.WaitForAssertionAsync(() => Assert.Equal(
            $"POD_PORTS_FILE=/pods/{pod.Id}/ports.json",
            Assert.Single(menu.Find("pre").TextContent.Split('\n'), line => line.StartsWith("POD_PORTS_FILE=", StringComparison.Ordinal))));
    }

    private static ExposedPort Http(int number, PortState state = PortState.Live, string reason = "", string label = "") => new()
    {
        Key = new(PortProtocol.Http, number),
        Label = label,
        Internal = number,
        PodId = Pod,
        Site = new("proxy.localhost", 8443),
        State = state,
        Reason = reason,
    };

    private static ExposedPort Tcp(int number, int external, PortState state = PortState.Live, string reason = "") => new()
    {
        Key = new(PortProtocol.Tcp, number),
        Internal = number >= PortRequest.FirstSymmetrical ? external : number,
        External = new("127.0.0.1", external, 1),
        State = state,
        Reason = reason,
    };

    private async Task<PageContext> OpenAsync() => new(await TestDomain.CreateAsync(), clock: _clock) { OwnsDomain = true };

    private IRenderedComponent<ConnectMenu> Show(PageContext tab, params ExposedPort[] ports) => Show(
        tab,
        new Pod
        {
            Id = PodId.New(),
            RuntimeKind = "LocalProcess",
            Status = PodStatus.Running,
            StartedAt = _clock.GetUtcNow().UtcDateTime.AddSeconds(-1),
        },
        ports);

    private static IRenderedComponent<ConnectMenu> Show(PageContext tab, Pod pod, params ExposedPort[] ports) =>
        tab.Show<ConnectMenu>(menu => menu.Add(item => item.Pod, pod).Add(item => item.Exposure, new Exposure(pod.Id, [.. ports])));
}
