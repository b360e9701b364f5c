using Microsoft.Playwright;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

public sealed class ThemeTests(Chromium chromium)
{
    [Fact]
    public async Task Theme_SystemChangedSinceTheLastVisit_IsFollowedByTheWholePage()
    {
        await using var visit = await Visit.StartAsync(chromium, new() { ColorScheme = ColorScheme.Dark });
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch to the light theme" })).ToBeVisibleAsync();

        await visit.Page.GotoAsync("about:blank");
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await visit.GoAsync("/pods");

        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch to the dark theme" })).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        visit.VerifyNoFaults();
    }
}
