using Microsoft.Playwright;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>Without a mouse.</summary>
public sealed class KeyboardTests(Chromium chromium)
{
    [Fact]
    public async Task EditPorts_ByKeysAlone_IsSaved()
    {
        await using var visit = await Visit.StartAsync(chromium);
        await DemoPods.DeployAsync(visit.Host);
        var page = visit.Page;
        var menu = page.GetByRole(AriaRole.Button, new() { Name = "Actions of" });
        var editPod = page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit Pod" });

        await TabToAsync(menu);
        await page.Keyboard.PressAsync("Enter");
        await Expect(editPod).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(editPod).ToBeHiddenAsync();
        await Expect(menu).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Expect(editPod).ToBeVisibleAsync();
        await PressToAsync("ArrowDown", editPod);
        await page.Keyboard.PressAsync("Enter");
        var edit = new EditPod(page);
        await Expect(edit.Ports.Tcp).ToBeVisibleAsync();
        await TabToAsync(edit.Ports.Tcp);
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.TypeAsync(", 9000");
        await Expect(edit.Effects).ToContainTextAsync("TCP 9000 is opened at once");
        await TabToAsync(edit.SaveButton);
        await page.Keyboard.PressAsync("Enter");
        await Expect(edit.Root).ToHaveCountAsync(0);
        await Expect(menu).ToBeFocusedAsync();

        var connect = page.GetByRole(AriaRole.Link, new() { Name = "Connect to" });
        await TabToAsync(connect);
        await page.Keyboard.PressAsync("Enter");
        var drawer = new PodDrawer(page);
        await drawer.ReadTcpAsync(9000);
        await Expect(drawer.Root.Locator(":focus")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(drawer.Root).ToHaveCountAsync(0);
        await Expect(connect).ToBeFocusedAsync();
        visit.VerifyNoFaults();
    }

    private static Task TabToAsync(ILocator target) => PressToAsync("Tab", target);

    // Everything that can be used comes up within a screen's worth of keys.
    private static async Task PressToAsync(string key, ILocator target)
    {
        for (var count = 0; count < 60 && !await target.EvaluateAsync<bool>("element => element === document.activeElement"); count++)
        {
            await target.Page.Keyboard.PressAsync(key);
        }

        await Expect(target).ToBeFocusedAsync();
    }
}
