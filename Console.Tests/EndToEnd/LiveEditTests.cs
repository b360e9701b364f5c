using Microsoft.Playwright;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>Ports are edited while everything runs, and everybody sees it.</summary>
public sealed class LiveEditTests(Chromium chromium)
{
    [Fact]
    public async Task Edit_InOneTab_ShowsInTheOtherWithoutReload()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(visit.Host);
        var first = await visit.OpenConnectAsync(podId);
        var second = await visit.OpenConnectInNewTabAsync(podId);
        await second.Page.EvaluateAsync("window.notReloaded = true");

        var edit = await first.EditAsync();
        await PortInputs.ReplaceAsync(edit.Ports.Http, "4000, 8888");
        await PortInputs.ReplaceAsync(edit.Ports.Tcp, "70000, 9000");
        await edit.SaveAsync();

        await Expect(second.HttpPort(8888)).ToContainTextAsync("Nothing listens on port 8888");
        var (added, _) = await second.ReadTcpAsync(9000);
        Assert.Equal((await first.ReadTcpAsync(9000)).External, added);

        edit = await first.EditAsync();
        await PortInputs.ReplaceAsync(edit.Ports.Http, "4000");
        await edit.SaveAsync();

        await Expect(second.HttpPort(8888)).ToHaveCountAsync(0);
        await PodDrawer.ExpectReadyAsync(second.HttpPort(4000));
        Assert.True(await second.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        visit.VerifyNoFaults();
    }

    [Fact]
    public async Task Edit_PortsOfARunningPod_KeepsItsProcessAndOpenConnections()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(visit.Host, http: "4000, 8000");
        var process = await DemoPods.ProcessIdAsync(visit.Host, podId);
        var drawer = await visit.OpenConnectAsync(podId);
        var (external, _) = await drawer.ReadTcpAsync(70000);
        using var echo = await EchoConnection.OpenAsync(external);
        await echo.VerifyAsync("before");

        var edit = await drawer.EditAsync();
        await Expect(edit.Effects).ToContainTextAsync("No changes");
        await PortInputs.ReplaceAsync(edit.Ports.Http, "4000, 8888");
        await PortInputs.ReplaceAsync(edit.Ports.Tcp, "70000, 9000");
        await Expect(edit.Effects).ToContainTextAsync("Applied live");
        await Expect(edit.Effects).ToContainTextAsync("HTTP 8888 is opened at once");
        await Expect(edit.Effects).ToContainTextAsync("HTTP 8000 is closed at once");
        await Expect(edit.Effects).Not.ToContainTextAsync("Reset");
        await edit.SaveAsync();

        await drawer.ReadTcpAsync(9000);
        await Expect(drawer.HttpPort(8000)).ToHaveCountAsync(0);
        await echo.VerifyAsync("after");
        Assert.Equal(external, (await drawer.ReadTcpAsync(70000)).External);
        Assert.Equal(process, await DemoPods.ProcessIdAsync(visit.Host, podId));
        visit.VerifyNoFaults();
    }

    [Fact]
    public async Task Edit_SavedBySomebodyElseMeanwhile_IsToldAndKeepsWhatWasTyped()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(visit.Host);
        var mine = await (await visit.OpenConnectAsync(podId)).EditAsync();
        await PortInputs.ReplaceAsync(mine.Ports.Http, "4000, 5000");

        var theirs = await (await visit.OpenConnectInNewTabAsync(podId)).EditAsync();
        await PortInputs.ReplaceAsync(theirs.Ports.Http, "4000, 6000");
        await theirs.SaveAsync();

        await Expect(mine.Root.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else saved this pod meanwhile");
        await Expect(mine.Root.GetByRole(AriaRole.Alert)).ToContainTextAsync("6000/http was added");
        await Expect(mine.Ports.Http).ToHaveValueAsync("4000, 5000");
        await Expect(mine.SaveButton).ToBeDisabledAsync();
        await mine.Root.GetByRole(AriaRole.Button, new() { Name = "Save mine anyway" }).ClickAsync();

        var drawer = new PodDrawer(visit.Page);
        await Expect(drawer.HttpPort(5000)).ToBeVisibleAsync();
        await Expect(drawer.HttpPort(6000)).ToHaveCountAsync(0);
        visit.VerifyNoFaults();
    }
}
