using System.Net;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>The code with which a browser comes back from the console: once, in one browser, for one port.</summary>
public sealed class VisitCodeTests
{
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

    // Where the console sends a browser that came from a pod's address.
    private static Uri EnterAfter(RestrictedPort port, HttpResponseMessage start) => new(port.Url, port.Visits.Open(
        $"{port.PodId}-{port.Port}", GatewayHost.Owner, "stamp", Uri.UnescapeDataString(start.Headers.Location!.Query["?state=".Length..]),
        IPAddress.Loopback)!.PathAndQuery);
}
