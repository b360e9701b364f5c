using Bunit;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.Support;
using PodConsole.Web.Users;

namespace PodConsole.Tests.Web.Users;

public sealed class UsersPageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_ForAnAdministrator_ListsEveryAccountWithItsUse()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync(), TestDomain.Admin) { OwnsDomain = true };
        await page.Domain.StartAsync();
        await page.Domain.DeployAsync(tcp: "22, 70000");
        await page.Domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User, MaxPods: 3, MaxTcpPorts: 5));

        var shown = page.Show<UsersPage>();

        shown.WaitForAssertion(() => Assert.Equal(
            ["admin@example.com", "other@example.com", "owner@example.com"], shown.Texts(".user-email")));
        var owner = shown.Find("article[aria-label='owner@example.com']");
        Assert.Contains("1 of 3", owner.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 5", owner.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disable_Confirmed_DisablesTheAccount()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync(), TestDomain.Admin) { OwnsDomain = true };
        var shown = page.Show<UsersPage>();
        shown.WaitForAssertion(() => shown.Button("Actions of owner@example.com"));

        shown.Button("Actions of owner@example.com").Click();
        page.Popovers.WaitForElement(".mud-menu-item");
        page.Popovers.FindAll(".mud-menu-item").Single(item => item.TextContent.Trim() == "Disable").Click();
        page.Dialogs.WaitForAssertion(() => Assert.Contains("Its pods run on", page.Dialogs.Markup, StringComparison.Ordinal));
        page.Dialogs.Button("Disable").Click();

        shown.WaitForAssertion(() => Assert.Contains(
            "Disabled", shown.Find("article[aria-label='owner@example.com']").TextContent, StringComparison.Ordinal));
        Assert.NotNull((await page.Domain.Get<AccountService>().ListAsync(TestDomain.Admin, Cancelled)).Single(user => user.Id == "owner").DisabledAt);
    }
}
