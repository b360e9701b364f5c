using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
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

    [Theory]
    [InlineData(ConsoleHost.Email)]
    [InlineData("nobody@example.org")]
    public async Task SignIn_TenWrongPasswords_LocksTheAddress(string email)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();
        for (var attempt = 1; attempt < SignInGuard.MaxTries; attempt++)
        {
            using var wrong = await client.SignInAsync(email, "not the password");
            Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        }

        foreach (var password in new[] { "not the password", ConsoleHost.Password })
        {
            using var answer = await client.SignInAsync(email, password);
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(14), SignInGuard.LockTime);
            Assert.Contains("It waits for 15 minutes", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SignIn_WrongPasswordOrUnknownAccount_TakesTheSameTime()
    {
        await using var host = await ConsoleHost.StartAsync("Gateway:DrainTimeout=00:00:01");
        await using var scope = host.Services.CreateAsyncScope();
        var form = scope.ServiceProvider.GetRequiredService<SignInForm>();
        scope.ServiceProvider.GetRequiredService<CurrentRequest>().Context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var known = new List<TimeSpan>();
        var unknown = new List<TimeSpan>();
        for (var round = 0; round < 9; round++)
        {
            unknown.Add(await TimeAsync("nobody@example.org"));
            known.Add(await TimeAsync(ConsoleHost.Email));
        }

        // The work for the password is the most of it; without it an unknown account would be answered in a tenth of the time.
        var ratio = unknown.Order().ElementAt(4) / known.Order().ElementAt(4);
        Assert.InRange(ratio, 0.5, 2);

        async Task<TimeSpan> TimeAsync(string email)
        {
            var start = Stopwatch.GetTimestamp();
            Assert.IsType<SignInOutcome.Wrong>(await form.TryPasswordAsync(email, "not the password"));
            return Stopwatch.GetElapsedTime(start);
        }
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
