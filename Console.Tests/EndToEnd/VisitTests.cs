using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>The whole way in to a restricted port of a complete console: sign-in, one-time code, cookie, sign-out.</summary>
public sealed class VisitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_RestrictedPort_LeadsThroughSignInAndBackAndEndsWithSignOut()
    {
        await using var console = await ConsoleHost.StartAsync();
        var podId = await DeployAsync(console);
        var port = console.UrlOf(podId.Value, 4000);
        using var client = console.NewClient();
        using var hidden = await client.GetAsync(port, Cancel);

        var signIn = await FollowAsync(client, new Uri(port, "/.pod-console/start"), until: "/sign-in");
        using var signedIn = await client.SubmitAsync(
            signIn.PathAndQuery, ("Input.Email", ConsoleHost.Email), ("Input.Password", ConsoleHost.Password));
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        var end = await FollowAsync(client, new Uri(signedIn.Headers.GetValues("Refresh").Single().Split("url=")[1]), until: null);
        using var seen = await client.GetAsync(port, Cancel);
        using var signedOut = await client.SignOutAsync();
        using var after = await client.GetAsync(port, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Equal(port, end);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    [Fact]
    public async Task Disable_VisitorWithAnOpenStream_EndsItAtOnce()
    {
        await using var console = await ConsoleHost.StartAsync();
        var podId = await DeployAsync(console, PortAudience.SignedIn);
        var user = await TestAccounts.AddAsync(console);
        using var client = await TestAccounts.SignInAsync(console, user.Email!);
        await FollowAsync(client, new Uri(console.Url, $"/open/{podId}-4000"), until: null);
        using var answer = await client.GetAsync(console.UrlOf(podId.Value, 4000, "/events"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.NotNull(await events.ReadLineAsync(Cancel));

        await console.Services.GetRequiredService<AccountService>().DisableAsync(await DemoPods.AdminAsync(console), user.Id);

        await Assert.ThrowsAnyAsync<IOException>(() => events.ReadToEndAsync(Cancel));
        using var after = await client.GetAsync(console.UrlOf(podId.Value, 4000), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    [Fact]
    public async Task Open_UnknownAddress_IsNotFound()
    {
        await using var console = await ConsoleHost.StartAsync();
        using var client = await console.NewSignedInClientAsync();

        using var unknown = await client.GetAsync($"{PodVisits.OpenPath}/{PodId.New()}-4000", Cancel);
        using var nonsense = await client.GetAsync($"{PodVisits.OpenPath}/..%2f..%2fevil", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nonsense.StatusCode);
    }

    private static async Task<PodId> DeployAsync(ConsoleHost console, PortAudience audience = PortAudience.Owner)
    {
        var podId = await DemoPods.DeployAsync(console, tcp: "");
        Assert.IsType<PodResult.Saved>(await console.Services.GetRequiredService<PodService>().SetPortOptionsAsync(
            await DemoPods.AdminAsync(console), podId, null, new(PortProtocol.Http, 4000), new() { Audience = audience }, Cancel));
        return podId;
    }

    // Every step by hand, so that a redirect to anywhere else is seen.
    private static async Task<Uri> FollowAsync(ConsoleClient client, Uri url, string? until)
    {
        for (var step = 0; step < 10; step++)
        {
            using var answer = await client.GetAsync(url, Cancel);
            if (answer.StatusCode != HttpStatusCode.Redirect)
            {
                return url;
            }

            url = new Uri(url, answer.Headers.Location!);
            if (url.AbsolutePath == until)
            {
                return url;
            }
        }

        throw new InvalidOperationException($"No end at {url}.");
    }
}
