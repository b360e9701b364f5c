using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;
using PodConsole.Web.Connect.Settings;
using PodConsole.Web.Shared;

namespace PodConsole.Tests.Web.Connect.Settings;

/// <summary>The settings of a port, from the dialog to the database.</summary>
public sealed class PortSettingsDialogTests
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);

    [Fact]
    public async Task Save_Access_IsSavedAndTheDialogCloses()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Http);

        await dialog.FindAll("input[type=radio]")[2].ClickAsync(new());
        await FieldAsync(dialog, "Never from these networks", "10.0.0.0/8 192.0.2.1");
        await SaveAsync(dialog);

        await tab.Dialogs.WaitForAssertionAsync(() => Assert.Empty(tab.Dialogs.FindAll(".mud-dialog")));
        Assert.Equal(
            new() { Audience = PortAudience.Owner, DeniedNetworks = "10.0.0.0/8, 192.0.2.1" },
            (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Options);
    }

    [Fact]
    public async Task Save_NonsenseNetwork_SaysSoAndKeepsWhatWasTyped()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Http);

        await FieldAsync(dialog, "Only from these networks", "nonsense");
        await SaveAsync(dialog);

        Assert.Contains("'nonsense' is not an address", dialog.Markup, StringComparison.Ordinal);
        Assert.Equal("nonsense", Field(dialog, "Only from these networks").GetAttribute("value"));
        Assert.Equal(PortOptions.Default, (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Options);
    }

    [Theory]
    [InlineData("10000000000000")]
    [InlineData("1073741825")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("0.0000001")]
    public async Task Save_BodySizeOutOfRange_SaysSoAndKeepsWhatWasTyped(string typed)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Http);

        await FieldAsync(dialog, "Silence allowed, in seconds", "250");
        await FieldAsync(dialog, "Largest request body, in MiB", typed);
        await SaveAsync(dialog);

        Assert.Contains("Give 1 byte to 1,073,741,824 MiB, or nothing for any size.", dialog.Markup, StringComparison.Ordinal);
        Assert.Equal("Service", dialog.Find(".mud-tab-active").TextContent.Trim());
        Assert.Equal(typed, Field(dialog, "Largest request body, in MiB").GetAttribute("value"));
        Assert.Equal("250", Field(dialog, "Silence allowed, in seconds").GetAttribute("value"));
        Assert.Equal(PortOptions.Default, (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Options);
    }

    [Theory]
    [InlineData("Requests at once", "99999999999", "Give 1 to 1,000,000, or nothing for no limit.")]
    [InlineData("Requests at once", "2.5", "Give 1 to 1,000,000, or nothing for no limit.")]
    [InlineData("Silence allowed, in seconds", "1e2", "Give 1 to 3600 seconds.")]
    [InlineData("Largest request body, in MiB", "792281625142643375935439503350", "Give 1 byte to 1,073,741,824 MiB, or nothing for any size.")]
    [InlineData("Largest request body, in MiB", "much", "Give 1 byte to 1,073,741,824 MiB, or nothing for any size.")]
    public async Task Save_NoNumber_SaysSoAndKeepsTheLimitThatIsSet(string label, string typed, string told)
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        PortOptions options = new() { ConcurrentRequests = 5, MaxBodyBytes = 1 << 20 };
        await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, options, TestContext.Current.CancellationToken);
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Http);

        await FieldAsync(dialog, label, typed);
        await SaveAsync(dialog);

        Assert.Contains(told, dialog.Markup, StringComparison.Ordinal);
        Assert.Equal(typed, Field(dialog, label).GetAttribute("value"));
        Assert.Equal(options, (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Options);
    }

    [Fact]
    public async Task Save_AfterSomebodyElsesChange_OffersBothVersions()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Http);
        await FieldAsync(dialog, "Silence allowed, in seconds", "250");
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Name = "renamed" }, TestContext.Current.CancellationToken);

        await SaveAsync(dialog);
        Assert.Contains("Somebody else saved this pod meanwhile", dialog.Markup, StringComparison.Ordinal);
        await Button(dialog, "Save mine anyway").ClickAsync(new());

        await tab.Dialogs.WaitForAssertionAsync(() => Assert.Empty(tab.Dialogs.FindAll(".mud-dialog")));
        Assert.Equal(TimeSpan.FromSeconds(250), (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Options.ResponseTimeout);
    }

    [Fact]
    public async Task Create_Token_ShowsItOnceAndRevokeRemovesIt()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Http);
        var editor = dialog.FindComponent<GrantEditor>();

        await Button(dialog, "Create").ClickAsync(new());
        Assert.Contains("Say whom it is for", dialog.Markup, StringComparison.Ordinal);
        await editor.FindComponent<MudSelect<GrantKind>>().InvokeAsync(() => editor.FindComponent<MudSelect<GrantKind>>().Instance.SelectOption(GrantKind.Token));
        await Field(dialog, "For").InputAsync("ci");
        await Button(dialog, "Create").ClickAsync(new());

        var grant = (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Grants.Single();
        var secret = editor.FindComponents<CopyField>()[0].Instance.Text;
        Assert.Equal((GrantKind.Token, "ci", PortGrant.HashOf(secret)), (grant.Kind, grant.Label, grant.Hash));

        await Button(dialog, "Revoke").ClickAsync(new());
        Assert.Empty((await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Http).Grants);
        Assert.DoesNotContain(secret, dialog.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_TcpPort_SavesNetworksAndWhatIsSetForConnections()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Tcp);

        Assert.Empty(dialog.FindAll("input[type=radio]"));
        Assert.Contains("Empty for 3600; 0 for never", dialog.Markup, StringComparison.Ordinal);
        await FieldAsync(dialog, "Only from these networks", "127.0.0.0/8");
        await FieldAsync(dialog, "Close when silent, in seconds", "0");
        await FieldAsync(dialog, "Connections at once", "100");
        await FieldAsync(dialog, "At once, each client", "5");
        var proxy = dialog.FindComponent<MudSelect<ProxyProtocolVersion>>();
        await proxy.InvokeAsync(() => proxy.Instance.SelectOption(ProxyProtocolVersion.V1));
        await SaveAsync(dialog);

        await tab.Dialogs.WaitForAssertionAsync(() => Assert.Empty(tab.Dialogs.FindAll(".mud-dialog")));
        Assert.Equal(
            new()
            {
                AllowedNetworks = "127.0.0.0/8",
                IdleTimeout = TimeSpan.Zero,
                MaxConnections = 100,
                MaxConnectionsPerClient = 5,
                ProxyProtocol = ProxyProtocolVersion.V1,
            },
            (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Tcp).Options);
        await using var other = new PageContext(domain);
        Assert.Equal("100", Field(await OpenAsync(other, pod, Tcp), "Connections at once").GetAttribute("value"));
    }

    [Fact]
    public async Task Save_WrongLimitsOfATcpPort_SaysSoBesideThemOnTheirTab()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var dialog = await OpenAsync(tab, pod, Tcp);

        await FieldAsync(dialog, "Close when silent, in seconds", "-1");
        await FieldAsync(dialog, "Connections at once", "0");
        await SaveAsync(dialog);

        Assert.Contains("Give 1 to 2592000 seconds, or 0 for no end.", dialog.Markup, StringComparison.Ordinal);
        Assert.Contains("Give 1 to 1,000,000, or nothing for no limit.", dialog.Markup, StringComparison.Ordinal);
        Assert.Equal("Connections", dialog.Find(".mud-tab-active").TextContent.Trim());
        Assert.Equal(PortOptions.Default, (await domain.FindAsync(pod.Id))!.Ports.Single(port => port.Key == Tcp).Options);
    }

    [Fact]
    public async Task Open_PortRemovedMeanwhileOrPodLocked_SaysSo()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var missing = await OpenAsync(tab, pod, new(PortProtocol.Http, 1));
        Assert.Contains("1/http is no longer exposed", missing.Markup, StringComparison.Ordinal);

        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = true }, TestContext.Current.CancellationToken);
        await using var other = new PageContext(domain);
        Assert.Contains("This pod is locked", (await OpenAsync(other, pod, Http)).Markup, StringComparison.Ordinal);
    }

    private static async Task<IRenderedComponent<PortSettingsDialog>> OpenAsync(PageContext tab, Pod pod, PortKey key)
    {
        var page = tab.Show<CopyButton>(parameters => parameters.Add(button => button.Text, ""));
        var port = new ExposedPort { Key = key, State = PortState.Live, PodId = pod.Id, Site = key.Protocol == PortProtocol.Http ? new("proxy.localhost", 8443) : null };
        await page.InvokeAsync(() => PortSettingsDialog.OpenAsync(tab.Services.GetRequiredService<IDialogService>(), pod.Id, port));
        var dialog = tab.Dialogs.FindComponent<PortSettingsDialog>();
        await dialog.WaitForAssertionAsync(() => Assert.Empty(dialog.FindAll(".mud-progress-linear")));
        return dialog;
    }

    private static IElement Field(IRenderedComponent<PortSettingsDialog> dialog, string label)
    {
        var id = dialog.FindAll("label").Single(item => item.TextContent.Trim() == label).GetAttribute("for");
        return dialog.Find($"#{id}");
    }

    private static Task FieldAsync(IRenderedComponent<PortSettingsDialog> dialog, string label, string text) => Field(dialog, label).ChangeAsync(text);

    private static IElement Button(IRenderedComponent<PortSettingsDialog> dialog, string text) =>
        dialog.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private static Task SaveAsync(IRenderedComponent<PortSettingsDialog> dialog) => dialog.Find("form").SubmitAsync();
}
