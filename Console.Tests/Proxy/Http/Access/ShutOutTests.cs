using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>Requests in flight on a port that then lets in fewer.</summary>
public sealed class ShutOutTests
{
    private static readonly DateTime Now = DateTime.UtcNow;

    private static PortOptions OwnerOnly { get; } = new() { Audience = PortAudience.Owner };

    [Fact]
    public async Task Set_PortRestricted_RequestsInFlightEndAndThoseOfWhoMayStayGoOn()
    {
        var (ci, ciSecret) = PortGrant.NewToken("ci", Now, null);
        var (guest, guestSecret) = PortGrant.NewToken("guest", Now, null);
        await using var port = await RestrictedPort.StartWithoutDrainAsync(PortOptions.Default with { AllowedNetworks = "127.0.0.0/8" });
        var route = port.Gateway.Routes.Find(port.PodId, port.Port);
        await using var anyone = await OpenStream.StartAsync(port);
        port.Set(OwnerOnly, ci, guest);
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync());
        await anyone.ReadCutAsync();

        await using var ofCi = await OpenStream.StartAsync(port, ciSecret);
        await using var ofGuest = await OpenStream.StartAsync(port, guestSecret);
        port.Set(OwnerOnly with { AllowedNetworks = "127.0.0.0/8, 10.0.0.0/8", ClosesAt = DateTime.UtcNow.AddDays(1) }, ci);
        await ofGuest.ReadCutAsync();
        await ofCi.VerifyAliveAsync();
        port.Set(OwnerOnly with { DeniedNetworks = "127.0.0.1" }, ci);
        await ofCi.ReadCutAsync();

        Assert.Same(route, port.Gateway.Routes.Find(port.PodId, port.Port));
        var closed = port.Gateway.Services.GetRequiredService<ClosedConnections>();
        await Eventually.TrueAsync(() => closed.List(new HashSet<PodId> { port.PodId }).Count == 3, "three are among the closed");
        Assert.All(closed.List(new HashSet<PodId> { port.PodId }), item => Assert.Equal(CloseReason.PortRemoved, item.Reason));
    }

    [Fact]
    public void Keep_EachRight_HoldsAsLongAsTheRulesGiveIt()
    {
        var (token, _) = PortGrant.NewToken("ci", Now, Now.AddHours(1));
        var link = PortGrant.NewLink("guest", Now, Now.AddHours(1));
        AccessRules open = new(PortOptions.Default, []), owner = new(OwnerOnly, [token, link]), signedIn = new(new() { Audience = PortAudience.SignedIn }, []);

        Assert.True(Keeps(open, open.Anyone));
        Assert.False(Keeps(owner, open.Anyone));
        Assert.False(Keeps(signedIn, open.Anyone));
        Assert.True(Keeps(owner, new(signedIn, UserId: "owner")));
        Assert.False(Keeps(owner, new(signedIn, UserId: "other")));
        Assert.True(Keeps(signedIn, new(owner, UserId: "other")));
        foreach (var grant in new[] { token, link })
        {
            Assert.True(Keeps(owner, new(owner, GrantId: grant.Id)));
            Assert.False(Keeps(owner, new(owner, GrantId: grant.Id), Now.AddHours(1)));
            Assert.False(Keeps(signedIn, new(owner, GrantId: grant.Id)));
        }

        Assert.False(Keeps(new(new() { DeniedNetworks = "192.0.2.1" }, []), open.Anyone));
        Assert.False(Keeps(new(new() { AllowedNetworks = "10.0.0.1" }, []), open.Anyone));
        Assert.True(Keeps(new(new() { AllowedNetworks = "192.0.2.0/24" }, []), open.Anyone));
        Assert.True(Keeps(new(new() { ClosesAt = Now.AddDays(1) }, []), open.Anyone));
        Assert.False(Keeps(new(new() { ClosesAt = Now }, []), open.Anyone));
    }

    private static bool Keeps(AccessRules rules, Admission admission, DateTime? now = null) =>
        rules.Keep(admission, "owner", IPAddress.Parse("192.0.2.1"), now ?? Now);
}
