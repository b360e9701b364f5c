using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Tests.Support;
using PodConsole.Web.Account;

namespace PodConsole.Tests.Web.Account;

public sealed class SetupTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Setup_WithTheCode_CreatesOneAdministratorOnly()
    {
        await using var host = await ConsoleHost.StartEmptyAsync();
        using var client = host.NewClient();
        var page = $"/setup?code={CodeOf(host)}";

        using var created = await CreateAsync(client, page, "first@example.org", "a long enough one");
        using var other = host.NewClient();
        var closed = await other.GetStringAsync(page, Cancelled);

        Assert.Equal(HttpStatusCode.Redirect, created.StatusCode);
        Assert.True(await client.IsSignedInAsync());
        Assert.Contains("Set-up is closed", closed, StringComparison.Ordinal);
        Assert.Null(host.Services.GetRequiredService<SetupCode>().Value);
    }

    [Fact]
    public async Task Setup_TwoAtOnce_CreatesOneAccount()
    {
        await using var host = await ConsoleHost.StartEmptyAsync();
        var page = $"/setup?code={CodeOf(host)}";
        using var first = host.NewClient();
        using var second = host.NewClient();

        var answers = await Task.WhenAll(
            CreateAsync(first, page, "first@example.org", "a long enough one"),
            CreateAsync(second, page, "second@example.org", "a long enough one"));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Redirect);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData("someone@example.org", "short", "short", "at least 10 characters")]
    [InlineData("someone@example.org", "a long enough one", "another long one", "The two passwords differ")]
    public async Task Setup_UnusableInput_SaysWhyAndStaysOpen(string email, string password, string repeat, string message)
    {
        await using var host = await ConsoleHost.StartEmptyAsync();
        using var client = host.NewClient();
        var page = $"/setup?code={CodeOf(host)}";

        using var answer = await client.SubmitAsync(
            page, ("Input.Email", email), ("Input.Password", password), ("Input.Repeat", repeat));
        using var corrected = await CreateAsync(client, page, email, "a long enough one");

        Assert.Contains(message, await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, corrected.StatusCode);
    }

    [Theory]
    [InlineData("/setup")]
    [InlineData("/setup?code=wrong")]
    public async Task Setup_WithoutTheCode_IsClosed(string page)
    {
        await using var host = await ConsoleHost.StartEmptyAsync();
        using var client = host.NewClient();

        Assert.Contains("Set-up is closed", await client.GetStringAsync(page, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public void IsRight_AfterTooManyWrongCodes_RefusesTheRightOneToo()
    {
        var code = new SetupCode();
        code.Open();
        Assert.True(code.IsRight(code.Value));

        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.False(code.IsRight("wrong"));
        }

        Assert.False(code.IsRight(code.Value));
    }

    private static string CodeOf(ConsoleHost host) => host.Services.GetRequiredService<SetupCode>().Value!;

    private static Task<HttpResponseMessage> CreateAsync(ConsoleClient client, string page, string email, string password) =>
        client.SubmitAsync(page, ("Input.Email", email), ("Input.Password", password), ("Input.Repeat", password));
}
