using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Tests.Support;
using PodConsole.Web.Account;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

public sealed class FirstVisitTests(Chromium chromium)
{
    [Fact]
    public async Task FirstVisit_ByTheOneTimeLink_MakesTheFirstAccount()
    {
        await using var visit = await Visit.StartSignedOutAsync(chromium, await ConsoleHost.StartEmptyAsync());
        var link = $"/setup?code={visit.Host.Services.GetRequiredService<SetupCode>().Value}";

        await visit.GoAsync(link);
        await visit.Page.GetByLabel("E-mail").FillAsync("first@example.org");
        await visit.Page.GetByLabel("Password, at least 10 characters").FillAsync("a long enough one");
        await visit.Page.GetByLabel("Password again").FillAsync("a long enough one");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "No pods yet" })).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await Expect(visit.Page.Locator(".mud-popover-open")).ToContainTextAsync("first@example.org");

        await visit.GoAsync(link);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Set-up is closed" })).ToBeVisibleAsync();
        visit.VerifyNoFaults();
    }
}
