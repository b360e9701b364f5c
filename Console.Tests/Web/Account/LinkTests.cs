using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Account;

public sealed class LinkTests
{
    private const string Password = "a long enough one";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Join_WithAnInvitation_SignsTheNewAccountIn()
    {
        await using var host = await ConsoleHost.StartAsync();
        var page = $"/join?code={await InviteAsync(host)}";
        using var client = host.NewClient();

        using var differs = await client.SubmitAsync(page, ("Input.Password", Password), ("Input.Repeat", "something else"));
        using var joined = await client.SubmitAsync(page, ("Input.Password", Password), ("Input.Repeat", Password));

        Assert.Contains("The two passwords differ", await differs.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        Assert.True(await client.IsSignedInAsync());
        using var other = host.NewClient();
        Assert.Contains("This invitation is closed", await other.GetStringAsync(page, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResetPassword_ByLink_ChangesItAndSignsOutEverywhere()
    {
        await using var host = await ConsoleHost.StartAsync();
        var user = await TestAccounts.AddAsync(host);
        using var before = await TestAccounts.SignInAsync(host, user.Email!);
        var made = (LinkResult.Made)await host.Services.GetRequiredService<AccountLinks>().ResetPasswordAsync(await DemoPods.AdminAsync(host), user.Id);
        using var client = host.NewClient();

        using var reset = await client.SubmitAsync(
            $"/reset-password?code={made.Code}", ("Input.Password", Password), ("Input.Repeat", Password));

        Assert.Equal("/sign-in", reset.Headers.Location?.AbsolutePath);
        Assert.False(await before.IsSignedInAsync());
        using var signIn = await client.SignInAsync(user.Email!, Password);
        Assert.True(await client.IsSignedInAsync());
    }

    [Theory]
    [InlineData("/join", "This invitation is closed")]
    [InlineData("/join?code=wrong", "This invitation is closed")]
    [InlineData("/reset-password?code=wrong", "This link is closed")]
    public async Task Link_WithoutItsCode_IsClosed(string page, string message)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        Assert.Contains(message, await client.GetStringAsync(page, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_AtTheOtherPage_IsClosed()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        var page = await client.GetStringAsync($"/reset-password?code={await InviteAsync(host)}", Cancelled);

        Assert.Contains("This link is closed", page, StringComparison.Ordinal);
    }

    private static async Task<string> InviteAsync(ConsoleHost host) => Assert.IsType<LinkResult.Made>(await host.Services
        .GetRequiredService<AccountLinks>().InviteAsync(await DemoPods.AdminAsync(host), "new@example.org", new(Roles.User))).Code;
}
