using System.Net;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>How browsers come in to restricted ports by a shared link.</summary>
public sealed class SharedLinkTests
{
    private static readonly DateTime Now = DateTime.UtcNow;

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
}
