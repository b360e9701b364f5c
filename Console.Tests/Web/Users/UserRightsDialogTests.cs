using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.Support;
using PodConsole.Web.Users;

namespace PodConsole.Tests.Web.Users;

/// <summary>The role and limits of an account, from the dialog to the database.</summary>
public sealed class UserRightsDialogTests
{
    [Fact]
    public async Task Save_Limits_AreSaved()
    {
        await using var page = await OpenAsync(new(Roles.User, MaxPods: 3));

        page.Dialogs.Field("Most pods").Input("");
        page.Dialogs.Field("Most TCP ports").Input("12");
        await page.Dialogs.Find("form").SubmitAsync();

        Assert.Equal(new(Roles.User, MaxTcpPorts: 12), await RightsAsync(page));
    }

    [Theory]
    [InlineData("Most pods", "many")]
    [InlineData("Most pods", "10001")]
    [InlineData("Most pods", "99999999999")]
    [InlineData("Most TCP ports", "2.5")]
    [InlineData("Most TCP ports", "-1")]
    public async Task Save_LimitThatIsNone_SaysSoAndKeepsWhatWasTyped(string field, string typed)
    {
        AccountRights before = new(Roles.User, MaxPods: 3, MaxTcpPorts: 5);
        await using var page = await OpenAsync(before);

        page.Dialogs.Field(field).Input(typed);
        await page.Dialogs.Find("form").SubmitAsync();

        Assert.Contains("A limit is a number from 0 to 10,000; leave it empty for none.", page.Dialogs.Markup, StringComparison.Ordinal);
        Assert.Equal(typed, page.Dialogs.Field(field).GetAttribute("value"));
        Assert.True(page.Dialogs.Button("Save").HasAttribute("disabled"));
        Assert.Equal(before, await RightsAsync(page));
    }

    private static async Task<PageContext> OpenAsync(AccountRights rights)
    {
        var page = new PageContext(await TestDomain.CreateAsync(), TestDomain.Admin) { OwnsDomain = true };
        await page.Domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, TestDomain.Owner.UserId, rights);
        var user = await UserAsync(page);
        _ = page.Show<MudText>();
        _ = page.Dialogs.InvokeAsync(() => UserRightsDialog.OpenAsync(page.Services.GetRequiredService<IDialogService>(), user));
        page.Dialogs.WaitForElement("form");
        return page;
    }

    private static async Task<AccountRights> RightsAsync(PageContext page) => (await UserAsync(page)).Rights;

    private static async Task<AccountSummary> UserAsync(PageContext page) =>
        (await page.Domain.Get<AccountService>().ListAsync(TestDomain.Admin, TestContext.Current.CancellationToken))
        .Single(user => user.Id == TestDomain.Owner.UserId);
}
