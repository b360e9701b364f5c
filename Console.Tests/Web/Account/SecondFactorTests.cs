using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Account;

public sealed class SecondFactorTests
{
    private const string Email = "user@example.org";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_WithAppCode_WorksOnce()
    {
        await using var host = await ConsoleHost.StartAsync();
        var (key, _) = await AddAsync(host);
        var code = Authenticator.CodeOf(key, steps: 1);
        using var client = host.NewClient();

        var page = await PasswordAsync(client);
        Assert.False(await client.IsSignedInAsync());
        using var signedIn = await SendAsync(client, page, code);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.True(await client.IsSignedInAsync());

        using var other = host.NewClient();
        using var again = await SendAsync(other, await PasswordAsync(other), code);
        Assert.Contains("was used already", await again.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.False(await other.IsSignedInAsync());
    }

    [Fact]
    public async Task SignIn_WithRecoveryCode_WorksOnce()
    {
        await using var host = await ConsoleHost.StartAsync();
        var (_, recovery) = await AddAsync(host);
        using var client = host.NewClient();
        using var other = host.NewClient();

        using var signedIn = await SendAsync(client, await PasswordAsync(client), recovery[3]);
        using var again = await SendAsync(other, await PasswordAsync(other), recovery[3]);

        Assert.True(await client.IsSignedInAsync());
        Assert.False(await other.IsSignedInAsync());
    }

    [Fact]
    public async Task SignIn_TenWrongCodes_LocksThoughThePasswordIsRight()
    {
        await using var host = await ConsoleHost.StartAsync();
        await AddAsync(host);
        using var client = host.NewClient();
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < SignInGuard.MaxTries / 2; attempt++)
        {
            var page = await PasswordAsync(client);
            using var first = await SendAsync(client, page, "123456");
            using var second = await SendAsync(client, await first.Content.ReadAsStringAsync(Cancelled), "654321");
            statuses.AddRange([first.StatusCode, second.StatusCode]);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.All(statuses.SkipLast(1), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Code_WithoutThePassword_IsWorthNothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        var (key, _) = await AddAsync(host);
        using var client = host.NewClient();
        var page = (await PasswordAsync(client)).Replace("name=\"Second.Ticket\" value=\"", "name=\"Second.Ticket\" value=\"x", StringComparison.Ordinal);

        using var answer = await SendAsync(client, page, Authenticator.CodeOf(key, steps: 1));

        Assert.False(await client.IsSignedInAsync());
    }

    private static async Task<(string Key, IReadOnlyList<string> Recovery)> AddAsync(ConsoleHost host)
    {
        var user = await TestAccounts.AddAsync(host, Email);
        var account = host.Services.GetRequiredService<OwnAccount>();
        var key = await account.NewAuthenticatorKeyAsync(new(user.Id));
        var recovery = await account.EnableSecondFactorAsync(new(user.Id), Authenticator.CodeOf(key!));
        return (key!, recovery!);
    }

    private static async Task<string> PasswordAsync(ConsoleClient client)
    {
        using var answer = await client.SignInAsync(Email, TestAccounts.Password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }

    private static Task<HttpResponseMessage> SendAsync(ConsoleClient client, string page, string code) =>
        client.SubmitFormAsync("/sign-in", page, ("Second.Code", code));
}
