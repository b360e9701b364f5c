using Microsoft.Playwright;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Pages;

/// <summary>The sign-in page.</summary>
internal static class SignInPage
{
    /// <summary>Opens the console, which asks who comes, and signs in as the administrator.</summary>
    public static async Task SignInAsync(IPage page, Uri console)
    {
        await page.GotoAsync(console.AbsoluteUri);
        await page.GetByLabel("E-mail").FillAsync(ConsoleHost.Email);
        await page.GetByLabel("Password").FillAsync(ConsoleHost.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Pods", Exact = true })).ToBeVisibleAsync();
    }
}
