using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Who may call, how often, and what strangers learn.</summary>
public sealed class ApiAccessTests
{
    [Theory]
    [InlineData(null, "missing bearer token")]
    [InlineData("ppk_00000000000000000000000000000000000000", "invalid bearer token")]
    [InlineData("short", "invalid bearer token")]
    public async Task AnyCall_NoValidKey_Is401(string? key, string detail)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = new ApiClient(host, key);

        foreach (var path in new[] { "/pods", "/pods/abc", "/catalog/templates", "/no/such/path" })
        {
            var answer = await client.GetAsync(path);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.Equal(detail, answer.Detail);
            Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
        }
    }

    [Fact]
    public async Task AnyCall_BrowserSession_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var browser = await host.NewSignedInClientAsync();

        using var answer = await browser.GetAsync("/v2/pods", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task AnyCall_SomebodyElsesPod_Is404()
    {
        await using var host = await ConsoleHost.StartAsync("Runtime:LocalProcess:AllowManyUsers=true");
        using var owner = ApiClient.Of(host);
        using var other = await ApiClient.OfNewUserAsync(host);
        var id = (string)(await owner.CreateRunningAsync())["id"]!;

        ApiAnswer[] answers =
        [
            await other.GetAsync($"/pods/{id}"),
            await other.PatchAsync($"/pods/{id}", """{"name":"mine now"}"""),
            await other.PatchAsync($"/pods/{id}", """{"nonsense":1}"""),
            await other.PostAsync($"/pods/{id}/action", """{"action":"stop"}"""),
            await other.DeleteAsync($"/pods/{id}"),
        ];

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.NotFound, "pod not found"), (answer.Status, answer.Detail)));
        Assert.Empty((await other.GetAsync("/pods")).Body!["pods"]!.AsArray());
        Assert.Equal("api", (string)(await owner.GetAsync($"/pods/{id}")).Body!["name"]!);
    }

    [Fact]
    public async Task UnknownPath_WithKey_Is404Problem()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = ApiClient.Of(host);

        foreach (var path in new[] { "/nothing", "/pods/nope%2Fzz", "/pods/0123456789abcd" })
        {
            var answer = await client.GetAsync(path);

            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.MediaType));
            Assert.True(answer.Headers.ContainsKey("RateLimit"));
        }
    }

    [Fact]
    public async Task RateLimit_MoreThanAMinuteAllows_Is429WithRetryAfter()
    {
        await using var host = await ConsoleHost.StartAsync("Api:RequestsPerMinute=3");
        using var client = await ApiClient.OfNewUserAsync(host);

        for (var left = 2; left >= 0; left--)
        {
            var answer = await client.GetAsync("/pods");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.StartsWith($"\"minute\";r={left};t=", answer.Headers["RateLimit"], StringComparison.Ordinal);
            Assert.Equal("\"minute\";q=3;w=60, \"hour\";q=150;w=3600", answer.Headers["RateLimit-Policy"]);
        }

        var refused = await client.GetAsync("/pods");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("rate limit exceeded for the minute window", refused.Detail);
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.StartsWith("\"minute\";r=0;t=", refused.Headers["RateLimit"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimit_KeyOfTheSettings_IsExempt()
    {
        await using var host = await ConsoleHost.StartAsync("Api:RequestsPerMinute=2");
        using var client = ApiClient.Of(host);

        for (var count = 0; count < 5; count++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/pods")).Status);
        }
    }
}
