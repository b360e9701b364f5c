using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

public sealed partial class TourTests(Chromium chromium)
{
    [Fact]
    public async Task Tour_FromSignInToTheDemo_ReachesItsPortsOverHttpsAndTcp()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var page = visit.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "Deploy a pod" }).ClickAsync();
        var deploy = new DeployPage(page);
        await deploy.ChooseDemoAsync();
        await OverridePortsAsync(deploy);
        await deploy.Name.FillAsync("brave_bread_bear");
        var drawer = await deploy.DeployAsync();

        await Expect(drawer.Root).ToContainTextAsync("brave_bread_bear");
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));
        var (external, @internal) = await drawer.ReadTcpAsync(70000);
        Assert.Equal(@internal, int.Parse(external.Split(':')[1]));
        var (ssh, _) = await drawer.ReadTcpAsync(22);
        await Expect(drawer.Ssh).ToContainTextAsync($"@{ssh.Split(':')[0]} -p {ssh.Split(':')[1]} -i ~/.ssh/id_ed25519");

        var demo = await page.RunAndWaitForPopupAsync(() => drawer.HttpLink(4000).ClickAsync());
        await Expect(demo.GetByRole(AriaRole.Heading, new() { Name = "Pod Console demo" })).ToBeVisibleAsync();
        await Expect(demo.Locator("table")).ToContainTextAsync($"RUNPOD_TCP_PORT_70000{@internal}");
        Assert.Matches(PodUrl(), demo.Url);

        using var echo = await EchoConnection.OpenAsync(external);
        await echo.VerifyAsync("hello, pod");

        // The card behind the drawer.
        await drawer.Root.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        var card = page.GetByRole(AriaRole.Article);
        await Expect(card).ToContainTextAsync("brave_bread_bear");
        await Expect(card).ToContainTextAsync("Running");
        await card.GetByRole(AriaRole.Link, new() { Name = "Connect to" }).ClickAsync();
        await Expect(drawer.HttpLink(4000)).ToBeVisibleAsync();

        await visit.LeaveAsync();
        visit.VerifyNoFaults();
    }

    // Every mistake is told while it is typed, next to its field, with what repairs it.
    private static async Task OverridePortsAsync(DeployPage deploy)
    {
        var ports = await deploy.EditTemplateAsync();
        await PortInputs.ReplaceAsync(ports.Tcp, "22");
        await PortInputs.ReplaceAsync(ports.Http, "4000, 70000");
        await Expect(ports.Errors).ToContainTextAsync("70000");
        await deploy.Overrides.GetByRole(AriaRole.Button, new() { Name = "Move 70000 to TCP" }).ClickAsync();
        await Expect(ports.Errors).ToHaveCountAsync(0);
        await Expect(ports.Http).ToHaveValueAsync("4000");
        await Expect(ports.Tcp).ToHaveValueAsync("22, 70000");
        await deploy.SetOverridesAsync();
        await Expect(deploy.Summary).ToContainTextAsync("22, 70000");
    }

    [GeneratedRegex(@"^https://[a-z0-9]{14}-4000\.proxy\.localhost:\d+/$")]
    private static partial Regex PodUrl();
}
