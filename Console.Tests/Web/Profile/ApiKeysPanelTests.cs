using Bunit;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;
using PodConsole.Web.Profile;

namespace PodConsole.Tests.Web.Profile;

public sealed class ApiKeysPanelTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_Key_IsShownOnceWithHowToUseIt()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync()) { OwnsDomain = true };
        var shown = page.Show<ApiKeysPanel>();
        shown.WaitForAssertion(() => Assert.Contains("There are no keys.", shown.Markup, StringComparison.Ordinal));

        shown.Button("Create API key").Click();
        page.Dialogs.WaitForElement("form");
        page.Dialogs.Field("Name").Input("ci");
        Assert.DoesNotContain("Admin", page.Dialogs.Markup, StringComparison.Ordinal);
        page.Dialogs.Find("form").Submit();
        page.Dialogs.WaitForAssertion(() => Assert.Equal(4, page.Dialogs.FindAll(".copy-field-text").Count));
        var lines = page.Dialogs.FindAll(".copy-field-text").Select(line => line.TextContent).ToList();
        var secret = lines[0];
        Assert.Equal(
            [
                $"curl -H 'Authorization: Bearer {secret}' https://localhost:8443/v2/pods",
                "RUNPOD_API_BASE_URL=https://localhost:8443",
                $"RUNPOD_API_KEY={secret}",
            ],
            lines[1..]);
        var caller = await page.Domain.Get<ApiCallers>().FindAsync(secret, Cancelled);
        Assert.Equal((TestDomain.Owner.UserId, ApiScopes.Read), (caller!.UserId, caller.Scopes));
        page.Dialogs.Button("I have saved it").Click();

        shown.WaitForAssertion(() => Assert.Equal([$"{secret[..8]}…"], shown.Texts(".key code")));
        Assert.DoesNotContain(secret, page.Dialogs.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, shown.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_NoName_SaysSo()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync(), TestDomain.Admin) { OwnsDomain = true };
        var shown = page.Show<ApiKeysPanel>();
        shown.WaitForAssertion(() => shown.Button("Create API key"));

        shown.Button("Create API key").Click();
        page.Dialogs.WaitForElement("form").Submit();

        page.Dialogs.WaitForAssertion(() => Assert.Contains("A name is one line", page.Dialogs.Markup, StringComparison.Ordinal));
        Assert.Contains("Admin", page.Dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_Confirmed_EndsTheKey()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync()) { OwnsDomain = true };
        var made = Assert.IsType<ApiKeyResult.Made>(
            await page.Domain.Get<ApiKeyService>().CreateAsync(TestDomain.Owner, "ci", ApiScopes.All & ~ApiScopes.Admin, null, Cancelled));
        var shown = page.Show<ApiKeysPanel>();
        shown.WaitForAssertion(() => Assert.Contains("read, write", shown.Markup, StringComparison.Ordinal));

        shown.Button("Revoke ci").Click();
        page.Dialogs.WaitForAssertion(() => page.Dialogs.Button("Revoke"));
        page.Dialogs.Button("Revoke").Click();

        shown.WaitForAssertion(() => Assert.Contains("There are no keys.", shown.Markup, StringComparison.Ordinal));
        Assert.Null(await page.Domain.Get<ApiCallers>().FindAsync(made.Secret, Cancelled));
    }

    [Fact]
    public async Task KeyOfTheSettings_IsShownAndCannotBeRevokedHere()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync(), TestDomain.Admin) { OwnsDomain = true };
        await page.Domain.Get<SettingsKey>().SetAsync(TestDomain.Admin.UserId, ConsoleHost.ApiKey, Cancelled);

        var shown = page.Show<ApiKeysPanel>();

        shown.WaitForAssertion(() => Assert.Contains("of the settings", shown.Markup, StringComparison.Ordinal));
        Assert.Contains("read, write, admin", shown.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Revoke", shown.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(ConsoleHost.ApiKey[..8], shown.Markup, StringComparison.Ordinal);
    }
}
