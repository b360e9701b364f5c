using System.Net;
using PodConsole.Tests.Support;
using PodConsole.Web.Account;

namespace PodConsole.Tests.Web.Account;

public sealed class SignInTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_RightPassword_OpensTheConsoleWithAHostCookie()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        using var answer = await client.SignInAsync(ConsoleHost.Email, ConsoleHost.Password);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), line => line.StartsWith("__Host-PodConsole=", StringComparison.Ordinal));
        var flags = cookie.Split("; ").Skip(1).Select(flag => flag.ToLowerInvariant()).ToList();
        Assert.Contains("secure", flags);
        Assert.Contains("httponly", flags);
        Assert.Contains("samesite=lax", flags);
        Assert.Contains("path=/", flags);
        Assert.DoesNotContain(flags, flag => flag.StartsWith("domain", StringComparison.Ordinal));
        Assert.True(await client.IsSignedInAsync());
    }

    [Fact]
    public async Task SignIn_WrongPasswordOrUnknownAccount_AnswersTheSame()
    {
        await using var host = await ConsoleHost.StartAsync();

        var wrong = await AnswerAsync(ConsoleHost.Email);
        var unknown = await AnswerAsync("nobody@example.org");

        Assert.Contains("is wrong", wrong.Alert, StringComparison.Ordinal);
        Assert.Equal(wrong, unknown);

        async Task<(HttpStatusCode Status, string Alert)> AnswerAsync(string email)
        {
            using var client = host.NewClient();
            using var answer = await client.SignInAsync(email, "not the password");
            var html = await answer.Content.ReadAsStringAsync(Cancelled);
            var start = html.IndexOf("role=\"alert\"", StringComparison.Ordinal);
            return (answer.StatusCode, html[start..html.IndexOf("</p>", start, StringComparison.Ordinal)]);
        }
    }

    [Fact]
    public async Task SignIn_FiveWrongPasswords_LocksTheAccount()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await client.SignInAsync(ConsoleHost.Email, "not the password");
        }

        using var answer = await client.SignInAsync(ConsoleHost.Email, ConsoleHost.Password);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("waits for five minutes", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_ManyTriesFromOneAddress_Is429()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();
        for (var attempt = 0; attempt < AccountServices.SignInsPerWindow; attempt++)
        {
            using var wrong = await client.SignInAsync($"nobody{attempt}@example.org", "not the password");
            Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        }

        using var answer = await client.SignInAsync(ConsoleHost.Email, ConsoleHost.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("Too many tries", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WithoutAntiforgeryToken_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();
        using var form = new FormUrlEncodedContent(
        [
            new("_handler", "sign-in"), new("Input.Email", ConsoleHost.Email), new("Input.Password", ConsoleHost.Password),
        ]);

        using var answer = await client.PostAsync("/sign-in", form, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("/pods?x=1", "/pods?x=1")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task SignIn_WithReturnAddress_StaysInTheConsole(string returnUrl, string expected)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        using var answer = await client.SignInAsync(
            ConsoleHost.Email, ConsoleHost.Password, $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(new Uri(host.Url, expected), new Uri(host.Url, answer.Headers.Location!));
    }

    [Fact]
    public async Task AnyPage_Anonymous_LeadsToSignInAndBack()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        foreach (var page in new[] { "/", "/pods", "/no/such/page" })
        {
            using var answer = await client.GetAsync(page, Cancelled);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.Equal($"/sign-in?returnUrl={Uri.EscapeDataString(page)}", answer.Headers.Location!.PathAndQuery);
        }
    }

    [Fact]
    public async Task SignOut_WithToken_EndsTheSignIn()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();

        using var answer = await client.SignOutAsync();

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        Assert.False(await client.IsSignedInAsync());
    }

    [Fact]
    public async Task SignOut_WithoutToken_ChangesNothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();

        using var answer = await client.PostAsync("/sign-out", null, Cancelled);

        Assert.True(await client.IsSignedInAsync());
    }
}
