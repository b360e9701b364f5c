using System.Net;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>How browsers come in to restricted ports through the console and back, and how long they stay.</summary>
public sealed class VisitTests
{
    [Fact]
    public async Task Visit_Owner_IsLetInAndTheCookieDoesNotReachThePod()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });

        var cookie = await port.VisitAsync(GatewayHost.Owner);

        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync(("Cookie", $"theirs=1; {cookie}")));
        Assert.Equal("theirs=1", port.LastHeaders!.Cookie);
    }

    [Theory]
    [InlineData(PortAudience.Owner, false)]
    [InlineData(PortAudience.SignedIn, true)]
    public async Task Visit_OtherUser_IsLetInWhereEveryoneWhoSignsInIs(PortAudience audience, bool admitted)
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = audience });

        Assert.Equal(admitted, await port.VisitAsync("other") is not null);
    }

    [Fact]
    public async Task Visit_CookieAndPath_AreTheBrowsersOwn()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        using var start = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start), headers: ("Referer", $"{port.Url}lab/tree?x=1"));
        var state = Uri.UnescapeDataString(start.Headers.Location!.Query["?state=".Length..]);

        var enter = port.Visits.Open($"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", state, IPAddress.Loopback)!;
        using var back = await port.SendAsync(url: new Uri(port.Url, enter.PathAndQuery), headers: ("Cookie", RestrictedPort.CookieOf(start)));

        Assert.Equal($"https://localhost:8443/open/{port.PodId}-{port.Port}", start.Headers.Location.GetLeftPart(UriPartial.Path));
        Assert.Equal("/lab/tree?x=1", back.Headers.Location!.OriginalString);
        var cookie = back.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-PodConsoleVisitor=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("https://evil.example/x")]
    [InlineData("https://{host}//evil.example")]
    [InlineData("https://{host}/\\evil.example")]
    [InlineData("https://{host}.evil.example/x")]
    [InlineData("http://{host}/x")]
    [InlineData("https://{host}/.pod-console/start")]
    [InlineData("not a url")]
    public async Task Visit_OddReferer_LeadsToTheStartPage(string referer)
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        using var start = await port.SendAsync(
            url: new Uri(port.Url, VisitPages.Start), headers: ("Referer", referer.Replace("{host}", port.Url.Authority, StringComparison.Ordinal)));
        var state = Uri.UnescapeDataString(start.Headers.Location!.Query["?state=".Length..]);

        var enter = port.Visits.Open($"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", state, IPAddress.Loopback)!;
        using var back = await port.SendAsync(url: new Uri(port.Url, enter.PathAndQuery), headers: ("Cookie", RestrictedPort.CookieOf(start)));

        Assert.Equal("/", back.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Send_CookieOfAnotherPortOrPod_IsRefused()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        var cookie = await port.VisitAsync(GatewayHost.Owner);
        var other = PodId.New();
        port.Gateway.Serve(other, new PodConsole.Proxy.Http.WantedRoute(port.Port, new() { Audience = PortAudience.Owner }, []));

        using var answer = await port.SendAsync(url: port.Gateway.UrlOf(other, port.Port), headers: ("Cookie", cookie!));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Send_AfterSignOutOrAnotherPassword_IsRefused()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        var cookie = ("Cookie", (await port.VisitAsync(GatewayHost.Owner))!);

        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync(cookie));
        port.Gateway.Visitors.Accounts[GatewayHost.Owner] = new VisitorAccount("stamp", DateTime.UtcNow.AddSeconds(1));
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(cookie));
        port.Gateway.Visitors.Accounts[GatewayHost.Owner] = new VisitorAccount("another", null);
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(cookie));
        port.Gateway.Visitors.Accounts.Clear();
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(cookie));
    }
}
