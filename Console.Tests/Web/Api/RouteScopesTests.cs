using System.Net;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>What keys may do by their scopes, whatever their account may.</summary>
public sealed class RouteScopesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    [Theory]
    [InlineData("GET", "/pods", ApiScopes.Read)]
    [InlineData("GET", "/pods/abc", ApiScopes.Read)]
    [InlineData("GET", "/connections", ApiScopes.Read)]
    [InlineData("GET", "/account/ssh-keys", ApiScopes.Read)]
    [InlineData("POST", "/ports/plan", ApiScopes.Read)]
    [InlineData("GET", "/no/such/path", ApiScopes.Read)]
    [InlineData("POST", "/pods", ApiScopes.Write)]
    [InlineData("PATCH", "/pods/abc", ApiScopes.Write)]
    [InlineData("DELETE", "/pods/abc", ApiScopes.Write)]
    [InlineData("POST", "/pods/abc/action", ApiScopes.Write)]
    [InlineData("PUT", "/account/ssh-keys", ApiScopes.Write)]
    [InlineData("DELETE", "/connections/1", ApiScopes.Write)]
    [InlineData("POST", "/no/such/path", ApiScopes.Write)]
    public async Task Call_NeedsItsScope(string method, string path, ApiScopes needed)
    {
        using var with = await ApiClient.OfNewUserAsync(console.Host, needed);
        using var without = await ApiClient.OfNewUserAsync(console.Host, ApiScopes.All & ~needed);

        var refused = await without.SendAsync(new(method), path, "{}");
        var allowed = await with.SendAsync(new(method), path, "{}");

        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (refused.Status, refused.MediaType));
        Assert.Equal($"access denied: the key has no scope {needed.ToString().ToLowerInvariant()}", refused.Detail);
        Assert.True(refused.Headers.ContainsKey("RateLimit"));
        Assert.NotEqual(HttpStatusCode.Forbidden, allowed.Status);
        Assert.NotEqual(HttpStatusCode.Unauthorized, allowed.Status);
    }

    [Fact]
    public async Task Call_ScopeAdminOfAUser_GivesNoMoreThanTheRole()
    {
        using var user = await ApiClient.OfNewUserAsync(console.Host, ApiScopes.All);
        var pod = (string)(await console.Client.CreateRunningAsync(name: "of-admin"))["id"]!;

        Assert.Equal(HttpStatusCode.NotFound, (await user.GetAsync($"/pods/{pod}")).Status);
    }

    [Fact]
    public async Task Call_AdministratorsKeyWithoutScopeAdmin_SeesOnlyItsOwn()
    {
        using var user = await ApiClient.OfNewUserAsync(console.Host, ApiScopes.All, Roles.Admin);
        using var limited = await ApiClient.OfNewUserAsync(console.Host, ApiScopes.Read | ApiScopes.Write, Roles.Admin);
        var pod = (string)(await console.Client.CreateRunningAsync(name: "of-admin"))["id"]!;

        Assert.Equal(HttpStatusCode.OK, (await user.GetAsync($"/pods/{pod}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await limited.GetAsync($"/pods/{pod}")).Status);
    }

    [Fact]
    public async Task Call_OverQuota_IsRefusedBeforeTheScopeIsLookedAt()
    {
        await using var host = await ConsoleHost.StartAsync("Api:RequestsPerMinute=1");
        using var client = await ApiClient.OfNewUserAsync(host, ApiScopes.Write);

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/pods")).Status);
        var refused = await client.GetAsync("/pods");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
    }
}
