using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Users;

public sealed class UsersAccessTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/users")]
    [InlineData("/audit")]
    public async Task AdminPage_ByAUser_IsNotThere(string page)
    {
        await using var host = await ConsoleHost.StartAsync();
        var user = await TestAccounts.AddAsync(host);
        using var client = await TestAccounts.SignInAsync(host, user.Email!);
        using var admin = await host.NewSignedInClientAsync();

        using var hidden = await client.GetAsync(page, Cancelled);
        using var shown = await admin.GetAsync(page, Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
    }

    [Fact]
    public async Task Disable_SignedInUser_IsOutAtOnceAndCannotComeBack()
    {
        await using var host = await ConsoleHost.StartAsync();
        var user = await TestAccounts.AddAsync(host);
        using var client = await TestAccounts.SignInAsync(host, user.Email!);
        Assert.True(await client.IsSignedInAsync());

        await host.Services.GetRequiredService<AccountService>().DisableAsync(await DemoPods.AdminAsync(host), user.Id);

        Assert.False(await client.IsSignedInAsync());
        using var again = await client.SignInAsync(user.Email!, TestAccounts.Password);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.False(await client.IsSignedInAsync());
    }

    [Fact]
    public async Task Disable_UserWithAKey_RefusesTheKey()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var api = await ApiClient.OfNewUserAsync(host);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/pods")).Status);
        var accounts = host.Services.GetRequiredService<AccountService>();
        var admin = await DemoPods.AdminAsync(host);
        var user = (await accounts.ListAsync(admin, Cancelled)).Single(item => item.Email != ConsoleHost.Email);

        await accounts.DisableAsync(admin, user.Id);

        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/pods")).Status);
    }
}
