using Microsoft.Playwright;

namespace PodConsole.Tests.EndToEnd.Pages;

/// <summary>The dialog Edit Pod.</summary>
internal sealed class EditPod(IPage page)
{
    public ILocator Root => page.GetByRole(AriaRole.Dialog, new() { Name = "Edit Pod" });

    public PortInputs Ports => new(Root);

    /// <summary>What Save will do.</summary>
    public ILocator Effects => Root.GetByRole(AriaRole.Region, new() { Name = "What Save will do" });

    public ILocator SaveButton => Root.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });

    /// <summary>Saves, and waits until the dialog is gone.</summary>
    public async Task SaveAsync()
    {
        await SaveButton.ClickAsync();
        await Assertions.Expect(Root).ToHaveCountAsync(0);
    }
}
