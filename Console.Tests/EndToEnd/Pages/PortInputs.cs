using Microsoft.Playwright;

namespace PodConsole.Tests.EndToEnd.Pages;

/// <summary>The two port fields, wherever they are.</summary>
internal sealed class PortInputs(ILocator form)
{
    public ILocator Http => form.GetByLabel("Expose HTTP Ports (Max 10)");

    public ILocator Tcp => form.GetByLabel("Expose TCP Ports");

    /// <summary>What is said to be wrong with the fields.</summary>
    public ILocator Errors => form.Locator(".field-error");

    /// <summary>Replaces the text of a field, as a paste does.</summary>
    public static async Task ReplaceAsync(ILocator field, string text)
    {
        await field.FillAsync(text);
        await Assertions.Expect(field).ToHaveValueAsync(text);
    }
}
