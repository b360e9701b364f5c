using System.Net;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>How browsers come in to restricted ports: through the console and back, or by a shared link.</summary>
public sealed class VisitTests
{
    private static readonly DateTime Now = DateTime.UtcNow;

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
    public async Task Enter_CodeUsedTwice_IsRefusedTheSecondTime()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        using var start = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start));
        var state = Uri.UnescapeDataString(start.Headers.Location!.Query["?state=".Length..]);
        var enter = new Uri(port.Url, port.Visits.Open($"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", state, IPAddress.Loopback)!.PathAndQuery);
        var nonce = ("Cookie", RestrictedPort.CookieOf(start));

        using var first = await port.SendAsync(url: enter, headers: nonce);
        using var second = await port.SendAsync(url: enter, headers: nonce);

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
    }

    [Fact]
    public async Task Enter_CodeThatSomebodyElseTriedFirst_IsUsedUp()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        using var start = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start));
        var enter = EnterAfter(port, start);

        using var stolen = await port.SendAsync(url: enter, headers: ("Cookie", "__Host-PodConsoleVisit=AAAAAAAAAAAAAAAAAAAAAA"));
        using var own = await port.SendAsync(url: enter, headers: ("Cookie", RestrictedPort.CookieOf(start)));

        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, own.StatusCode);
    }

    [Fact]
    public async Task Enter_NonceThatAPageOfThePodSet_OpensNothing()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        var planted = ("Cookie", "__Host-PodConsoleVisit=AAAAAAAAAAAAAAAAAAAAAA");
        using var start = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start), headers: planted);

        using var attackers = await port.SendAsync(url: EnterAfter(port, start), headers: planted);

        Assert.Equal(HttpStatusCode.BadRequest, attackers.StatusCode);
    }

    [Fact]
    public async Task Enter_TwoTabsOnTheirWay_BothComeIn()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        using var first = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start));
        using var second = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start), headers: ("Cookie", RestrictedPort.CookieOf(first)));
        var cookie = ("Cookie", RestrictedPort.CookieOf(second));

        using var one = await port.SendAsync(url: EnterAfter(port, first), headers: cookie);
        using var other = await port.SendAsync(url: EnterAfter(port, second), headers: cookie);

        Assert.Equal(HttpStatusCode.Redirect, one.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, other.StatusCode);
    }

    [Fact]
    public async Task Enter_SignedOutOnTheWay_OpensNothing()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        using var start = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start));
        var enter = EnterAfter(port, start);

        port.Gateway.Visitors.Accounts[GatewayHost.Owner] = new VisitorAccount("stamp", DateTime.UtcNow);
        using var back = await port.SendAsync(url: enter, headers: ("Cookie", RestrictedPort.CookieOf(start)));

        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(("Cookie", RestrictedPort.CookieOf(back))));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "", "192.0.2.1", false)]
    [InlineData("", "192.0.2.0/24", "192.0.2.1", false)]
    [InlineData("10.0.0.0/8", "", null, false)]
    public async Task Open_FromANetworkThatMayNot_IsAsIfThereWereNoSuchPort(string allowed, string denied, string? client, bool admitted)
    {
        var address = client is null ? null : IPAddress.Parse(client);
        foreach (var audience in Enum.GetValues<PortAudience>())
        {
            await using var port = await RestrictedPort.StartAsync(new() { Audience = audience, AllowedNetworks = allowed, DeniedNetworks = denied });

            Assert.Equal(admitted, port.Visits.Open($"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", null, address) is not null);
        }
    }

    [Fact]
    public async Task Open_PortThatHasClosedItself_IsAsIfThereWereNone()
    {
        await using var port = await RestrictedPort.StartAsync(new() { ClosesAt = Now.AddMinutes(-1) });

        Assert.Null(port.Visits.Open($"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", null, IPAddress.Loopback));
    }

    [Fact]
    public async Task Enter_OtherBrowserTamperedOrOtherPort_IsRefused()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });

        Assert.Null(await port.VisitAsync(GatewayHost.Owner, nonceCookie: "__Host-PodConsoleVisit=AAAAAAAAAAAAAAAAAAAAAA"));
        Assert.Null(await port.VisitAsync(GatewayHost.Owner, nonceCookie: "other=1"));
        Assert.Null(await port.VisitAsync(GatewayHost.Owner, tamper: url => new(url.AbsoluteUri[..^2])));
        Assert.Null(await port.VisitAsync(GatewayHost.Owner, tamper: url => new(url, "/.pod-console/enter?code=")));
        Assert.Null(await port.VisitAsync(
            GatewayHost.Owner, tamper: url => new(url.AbsoluteUri.Replace($"-{port.Port}.", "-1.", StringComparison.Ordinal))));
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

    [Fact]
    public async Task Link_Opened_LetsInUntilItIsRevoked()
    {
        var link = PortGrant.NewLink("guest", Now, Now.AddHours(1));
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner }, link);
        var shared = new Uri(port.Url, port.Visits.LinkOf(port.PodId, port.Port, link).PathAndQuery);

        using var opened = await port.SendAsync(url: shared);
        var cookie = ("Cookie", RestrictedPort.CookieOf(opened));

        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        Assert.Equal("/", opened.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync(cookie));
        port.Set(new() { Audience = PortAudience.Owner });
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(cookie));
        using var again = await port.SendAsync(url: shared);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Link_ExpiredForeignOrFromAShutOutNetwork_IsTheAnswerOfAnUnknownAddress()
    {
        var expired = PortGrant.NewLink("old", Now.AddDays(-2), Now.AddDays(-1));
        var link = PortGrant.NewLink("guest", Now, Now.AddHours(1));
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner }, expired, link);
        Uri SharedAs(PortGrant grant) => new(port.Url, port.Visits.LinkOf(port.PodId, port.Port, grant).PathAndQuery);

        using var old = await port.SendAsync(url: SharedAs(expired));
        using var foreign = await port.SendAsync(url: new(port.Url, port.Visits.LinkOf(port.PodId, port.Port + 1, link).PathAndQuery));
        using var missing = await port.SendAsync(url: new(port.Url, VisitPages.Link));
        port.Set(new() { Audience = PortAudience.Owner, DeniedNetworks = "127.0.0.0/8" }, link);
        using var outside = await port.SendAsync(url: SharedAs(link));

        Assert.All([old, foreign, missing, outside], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.All([old, foreign, missing, outside], answer => Assert.False(answer.Headers.Contains("Set-Cookie")));
    }

    [Fact]
    public async Task Start_UnknownPod_LooksLikeAKnownOne()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });

        using var known = await port.SendAsync(url: new Uri(port.Url, VisitPages.Start));
        using var unknown = await port.SendAsync(url: port.Gateway.UrlOf(PodId.New(), port.Port, VisitPages.Start));

        Assert.Equal(known.StatusCode, unknown.StatusCode);
        Assert.Equal(known.Headers.Location!.OriginalString.Length, unknown.Headers.Location!.OriginalString.Length);
        Assert.Null(port.Visits.Open($"{PodId.New()}-{port.Port}", GatewayHost.Owner, "stamp", null, IPAddress.Loopback));
        Assert.Null(port.Visits.Open("nonsense", GatewayHost.Owner, "stamp", null, IPAddress.Loopback));
    }

    [Fact]
    public async Task Open_FromTheConsole_GoesToThePodFirst()
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });

        Assert.Equal(VisitPages.Start, port.Visits.Open($"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", null, IPAddress.Loopback)!.AbsolutePath);
        port.Set(PortOptions.Default);
        Assert.Equal("/", port.Visits.Open($"{port.PodId}-{port.Port}", "other", "stamp", null, IPAddress.Loopback)!.AbsolutePath);
    }

    // Where the console sends a browser that came from a pod's address.
    private static Uri EnterAfter(RestrictedPort port, HttpResponseMessage start) => new(port.Url, port.Visits.Open(
        $"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", Uri.UnescapeDataString(start.Headers.Location!.Query["?state=".Length..]),
        IPAddress.Loopback)!.PathAndQuery);
}
