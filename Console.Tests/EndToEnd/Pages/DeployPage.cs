using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PodConsole.Tests.EndToEnd.Pages;

/// <summary>Deploy, and its two dialogs.</summary>
internal sealed partial class DeployPage(IPage page)
{
    /// <summary>The dialog of Edit Template.</summary>
    public ILocator Overrides => page.GetByRole(AriaRole.Dialog, new() { Name = "Pod template overrides" });

    public ILocator Summary => page.GetByRole(AriaRole.Region, new() { Name = "Summary" });

    public ILocator Progress => page.GetByRole(AriaRole.Region, new() { Name = "Progress" });

    public ILocator Name => page.GetByLabel("Pod Name");

    /// <summary>Chooses the template that needs nothing but the console.</summary>
    public async Task ChooseDemoAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Change Template" }).ClickAsync();
        await page.GetByLabel("Search").FillAsync("demo");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Pod Console demo" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(DemoTemplate());
    }

    /// <summary>Opens the dialog of Edit Template.</summary>
    public async Task<PortInputs> EditTemplateAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Template" }).ClickAsync();
        return new(Overrides);
    }

    /// <summary>Takes what the dialog of Edit Template holds.</summary>
    public Task SetOverridesAsync() => Overrides.GetByRole(AriaRole.Button, new() { Name = "Set Overrides" }).ClickAsync();

    /// <summary>Deploys; a pod that runs shows its Connect menu by itself.</summary>
    public async Task<PodDrawer> DeployAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy On-Demand" }).ClickAsync();

        // Whichever is seen first: a quick start shows its progress for a moment only.
        await Assertions.Expect(Progress.Or(new PodDrawer(page).HttpServices).First).ToBeVisibleAsync();
        var drawer = new PodDrawer(page);
        await Assertions.Expect(drawer.HttpServices).ToBeVisibleAsync();
        return drawer;
    }

    [GeneratedRegex("template=pod-console-demo")]
    private static partial Regex DemoTemplate();
}
