using AngleSharp.Dom;
using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Web.Pods;

public sealed class PodControlsTests
{
    [Fact]
    public async Task Menu_RunningPod_OffersEverything()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var controls = Show(tab, await domain.DeployAsync());
        OpenMenu(controls);

        Assert.Equal(["Lock Pod", "Edit Pod", "Restart Pod", "Reset Pod", "Terminate Pod"], Items(tab).Select(item => item.TextContent.Trim()));
        Assert.All(Items(tab), item => Assert.False(IsDisabled(item)));
        Assert.Equal("Stop", Power(controls).TextContent.Trim());
    }

    [Fact]
    public async Task Menu_LockedPod_DisablesWhatTheLockForbidsAndSaysSo()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var controls = Show(tab, await domain.DeployAsync(overrides: new PodEdit { Locked = true }));
        OpenMenu(controls);

        Assert.Equal("Unlock Pod", Items(tab)[0].TextContent.Trim());
        Assert.Equal(["Reset Pod", "Terminate Pod"], Items(tab).Where(IsDisabled).Select(item => item.TextContent.Trim()));
        Assert.Contains("unlock it", tab.Popovers.Markup, StringComparison.Ordinal);
        Assert.True(Power(controls).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Menu_ExitedPod_CannotRestartButStart()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var controls = Show(tab, await StoppedAsync(domain));
        OpenMenu(controls);

        Assert.Equal(["Restart Pod"], Items(tab).Where(IsDisabled).Select(item => item.TextContent.Trim()));
        Assert.Equal("Start", Power(controls).TextContent.Trim());
    }

    [Fact]
    public async Task Start_StoppedPod_RunsItWithoutAsking()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await StoppedAsync(domain);
        var controls = Show(tab, pod);

        await Power(controls).ClickAsync();

        await domain.WaitForAsync(pod.Id, PodStatus.Running);
    }

    [Fact]
    public async Task Stop_Confirmed_StopsThePod()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, new PortKey(PortProtocol.Tcp, 22), 2);
        var controls = Show(tab, pod);

        var stopping = Power(controls).ClickAsync();
        await Eventually.TrueAsync(() => tab.Dialogs.Markup.Contains("container disk", StringComparison.Ordinal), "the question");
        Assert.Contains("2 open connections are cut.", tab.Dialogs.Markup, StringComparison.Ordinal);
        await AnswerAsync(tab, "Stop");
        await stopping;

        await domain.WaitForAsync(pod.Id, PodStatus.Exited);
    }

    [Fact]
    public async Task Stop_Cancelled_ChangesNothing()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var controls = Show(tab, pod);

        var stopping = Power(controls).ClickAsync();
        await AnswerAsync(tab, "Cancel");
        await stopping;

        Assert.Equal(PodIntent.Run, (await domain.FindAsync(pod.Id))!.Intent);
    }

    [Theory]
    [InlineData("Reset Pod", 2)]
    [InlineData("Restart Pod", 1)]
    public async Task Menu_ResetOrRestart_BeginsANewRun(string action, int diskGeneration)
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var controls = Show(tab, pod);
        OpenMenu(controls);

        var doing = Items(tab).Single(item => item.TextContent.Trim() == action).ClickAsync();
        if (action == "Reset Pod")
        {
            await AnswerAsync(tab, action);
        }

        await doing;
        var saved = await domain.FindAsync(pod.Id);
        Assert.Equal(pod.Generation + 1, saved!.Generation);
        Assert.Equal(diskGeneration, saved.DiskGeneration);
    }

    [Fact]
    public async Task Menu_MigrateConfirmed_MovesThePod()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync(cloud: CloudType.Community);
        var controls = Show(tab, pod);
        OpenMenu(controls);

        var doing = Items(tab).Single(item => item.TextContent.Trim() == "Migrate Pod").ClickAsync();
        await AnswerAsync(tab, "Migrate Pod");
        await doing;

        Assert.NotEqual(pod.PublicAddress, (await domain.FindAsync(pod.Id))!.PublicAddress);
        Assert.Contains("has moved to another public address", tab.Messages.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_CommunityPodWithOneAddress_SaysWhyItCannotMigrate()
    {
        await using var domain = await TestDomain.CreateAsync(
            gateway => gateway.PublicAddresses.Add(new() { Address = "127.0.0.9", Cloud = CloudType.Community }));
        await using var tab = new PageContext(domain);
        var controls = Show(tab, await domain.DeployAsync(cloud: CloudType.Community));
        OpenMenu(controls);

        Assert.Equal(["Migrate Pod"], Items(tab).Where(IsDisabled).Select(item => item.TextContent.Trim()));
        Assert.Contains("127.0.0.9 is the only one here", tab.Popovers.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, new[] { "Migrate Pod", "Reset Pod", "Terminate Pod" })]
    [InlineData(false, new[] { "Restart Pod", "Migrate Pod" })]
    public async Task Menu_LockedOrStoppedCommunityPod_CannotMigrate(bool isLocked, string[] disabled)
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync(overrides: new() { Locked = isLocked }, cloud: CloudType.Community);
        var controls = Show(tab, isLocked ? pod : await StopAsync(domain, pod));
        OpenMenu(controls);

        Assert.Equal(disabled, Items(tab).Where(IsDisabled).Select(item => item.TextContent.Trim()));
    }

    [Fact]
    public async Task Menu_TerminateConfirmed_RemovesThePod()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var controls = Show(tab, pod);
        OpenMenu(controls);

        var doing = Items(tab)[4].ClickAsync();
        await AnswerAsync(tab, "Terminate Pod");
        await doing;

        await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the pod is gone");
    }

    [Fact]
    public async Task Stop_PodThatWasLockedMeanwhile_SaysWhatToDo()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var controls = Show(tab, pod);
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new PodEdit { Locked = true }, TestContext.Current.CancellationToken);

        var stopping = Power(controls).ClickAsync();
        await AnswerAsync(tab, "Stop");
        await stopping;

        Assert.Contains("Choose Unlock Pod", tab.Messages.Markup, StringComparison.Ordinal);
        Assert.Equal(PodIntent.Run, (await domain.FindAsync(pod.Id))!.Intent);
    }

    private static async Task<Pod> StoppedAsync(TestDomain domain) => await StopAsync(domain, await domain.DeployAsync());

    private static async Task<Pod> StopAsync(TestDomain domain, Pod pod)
    {
        await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, TestContext.Current.CancellationToken);
        return await domain.WaitForAsync(pod.Id, PodStatus.Exited);
    }

    private static IRenderedComponent<PodControls> Show(PageContext tab, Pod pod) => tab.Show<PodControls>(item => item.Add(controls => controls.Pod, pod));

    private static void OpenMenu(IRenderedComponent<PodControls> controls) => controls.Find(".mud-menu button").Click();

    private static IReadOnlyList<IElement> Items(PageContext tab) => tab.Popovers.FindAll(".mud-menu-item");

    private static bool IsDisabled(IElement item) => item.ClassList.Contains("mud-disabled") || item.GetAttribute("aria-disabled") == "true";

    private static IElement Power(IRenderedComponent<PodControls> controls) => controls.FindAll("button")[^1];

    private static async Task AnswerAsync(PageContext tab, string button)
    {
        await Eventually.TrueAsync(
            () => tab.Dialogs.FindAll("button").Any(item => item.TextContent.Trim() == button), $"the dialog offers {button}");
        await tab.Dialogs.FindAll("button").Single(item => item.TextContent.Trim() == button).ClickAsync();
    }
}
