using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PodConsole.Tests.EndToEnd.Pages;

/// <summary>One pod, at the right edge of the Pods page, with its Connect menu.</summary>
internal sealed partial class PodDrawer(IPage page)
{
    public IPage Page => page;

    public ILocator Root => page.Locator("aside.pod-drawer");

    public ILocator HttpServices => Section("HTTP Services");

    public ILocator TcpPorts => Section("Direct TCP Ports");

    public ILocator Ssh => Section("SSH over exposed TCP");

    /// <summary>Opens a pod's drawer by its address.</summary>
    public static async Task<PodDrawer> OpenAsync(IPage page, Uri console, string podId)
    {
        await page.GotoAsync($"{console}pods/{podId}?tab=connect");
        var drawer = new PodDrawer(page);
        await Assertions.Expect(drawer.Section("Environment Variables")).ToBeVisibleAsync();
        return drawer;
    }

    /// <summary>The row of an HTTP port.</summary>
    public ILocator HttpPort(int port) => HttpServices.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"Port {port} " });

    /// <summary>The link of an HTTP port.</summary>
    public ILocator HttpLink(int port) => HttpPort(port).GetByRole(AriaRole.Link);

    /// <summary>The row of a TCP port, by the number that was asked for.</summary>
    public ILocator TcpPort(int port) => TcpPorts.GetByRole(AriaRole.Listitem)
        .Filter(new() { HasTextRegex = new Regex(port < 70000 ? $@":{port}(?!\d)" : $@"asked for as {port}\)") });

    /// <summary>The public address and the internal port of a TCP port, as its row says.</summary>
    public async Task<(string External, int Internal)> ReadTcpAsync(int port)
    {
        var row = TcpPort(port);
        await Assertions.Expect(row).ToContainTextAsync(Mapping());
        var mapping = Mapping().Match(await row.InnerTextAsync());
        return (mapping.Groups[1].Value, int.Parse(mapping.Groups[2].Value));
    }

    /// <summary>Waits until a port is said to be ready.</summary>
    public static Task ExpectReadyAsync(ILocator row) => Assertions.Expect(row.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync();

    /// <summary>Opens Edit Pod from the menu.</summary>
    public async Task<EditPod> EditAsync()
    {
        await Root.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit Pod" }).ClickAsync();

        // The focus goes from the menu to its button and on into the dialog: what is typed before that goes elsewhere.
        await Assertions.Expect(page.Locator(".mud-popover-open")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".mud-dialog-container :focus")).ToHaveCountAsync(1);
        return new(page);
    }

    private ILocator Section(string title) => Root.Locator("section").Filter(new() { Has = page.GetByText(title, new() { Exact = true }) });

    [GeneratedRegex(@"([\d.]+:\d+) → :(\d+)")]
    private static partial Regex Mapping();
}
