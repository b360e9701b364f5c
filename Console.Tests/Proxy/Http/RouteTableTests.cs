using System.Net;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

public sealed class RouteTableTests : IDisposable
{
    private readonly RouteTable _table = new(Options.Create(new GatewaySettings { DrainTimeout = TimeSpan.FromMilliseconds(50) }), TimeProvider.System);
    private readonly FakeRuntime _runtime = new();
    private readonly PodId _podId = PodId.New();

    public void Dispose() => _table.Dispose();

    [Fact]
    public void TryFind_AnyCase_FindsThePod()
    {
        Set(IPAddress.Loopback, 4000);

        Assert.True(_table.TryFind(_podId.Value.ToUpperInvariant(), out var pod));
        Assert.Equal(_podId, pod.PodId);
    }

    [Fact]
    public void Set_OtherPortsEdited_KeepsRouteAndConnections()
    {
        Set(IPAddress.Loopback, 4000, 5000);
        var kept = Find(4000);

        Set(IPAddress.Loopback, 4000, 6000);

        Assert.Same(kept, Find(4000));
        Assert.Same(kept.Upstream, Find(6000).Upstream);
        Assert.False(_table.TryFind(_podId.Value, out var pod) && pod.Find(5000) is not null);
    }

    [Fact]
    public void Set_EveryPortReplaced_KeepsConnections()
    {
        Set(IPAddress.Loopback, 4000);
        var upstream = Find(4000).Upstream!;

        Set(IPAddress.Loopback, 5000);

        Assert.Same(upstream, Find(5000).Upstream);
        Assert.False(IsClosed(upstream));
    }

    [Fact]
    public void Set_SameAgain_ChangesNothing()
    {
        Set(IPAddress.Loopback, 4000);
        var route = Find(4000);

        Set(IPAddress.Loopback, 4000);

        Assert.Same(route, Find(4000));
        Assert.True(route.TryEnter());
    }

    [Fact]
    public void Set_AddressWithdrawn_ClosesConnectionsAndKeepsThePorts()
    {
        Set(IPAddress.Loopback, 4000);
        var upstream = Find(4000).Upstream!;

        Set(null, 4000);

        Assert.True(IsClosed(upstream));
        Assert.Null(Find(4000).Upstream);
    }

    [Fact]
    public void Set_AddressChanged_NeverReusesConnections()
    {
        Set(IPAddress.Loopback, 4000);
        var old = Find(4000);

        Set(IPAddress.Parse("127.0.0.9"), 4000);

        Assert.True(IsClosed(old.Upstream!));
        Assert.False(old.TryEnter());
        Assert.Equal("http://127.0.0.9:4000", Find(4000).Destination);
    }

    [Fact]
    public void Set_IPv6Address_MakesADestinationWithBrackets()
    {
        Set(IPAddress.IPv6Loopback, 4000);

        Assert.Equal("http://[::1]:4000", Find(4000).Destination);
    }

    [Fact]
    public async Task Remove_RequestInFlight_IsAbortedAfterTheDrainAndThenConnectionsClose()
    {
        Set(IPAddress.Loopback, 4000);
        var route = Find(4000);
        Assert.True(route.TryEnter());
        Assert.Equal(1, _table.CountRequests(_podId, 4000));

        _table.Remove(_podId);

        Assert.False(_table.TryFind(_podId.Value, out _));
        Assert.False(route.TryEnter());
        Assert.False(IsClosed(route.Upstream!));
        await Eventually.TrueAsync(() => route.Aborted.IsCancellationRequested, "the request is told to end");
        route.Exit();
        Assert.True(IsClosed(route.Upstream!));
    }

    [Fact]
    public void CountRequests_PortWithoutRequests_IsZero()
    {
        Set(IPAddress.Loopback, 4000);

        Assert.Equal(0, _table.CountRequests(_podId, 4000));
        Assert.Equal(0, _table.CountRequests(_podId, 5000));
        Assert.Equal(0, _table.CountRequests(PodId.New(), 4000));
    }

    [Fact]
    public void Set_PortsNobodySetAnythingFor_ShareTheirRulesUntilOneIsSet()
    {
        Set(IPAddress.Loopback, 4000, 5000);
        Assert.Same(Find(4000).Rules, Find(5000).Rules);

        Serve(IPAddress.Loopback, WantedRoute.Open(4000), WantedRoute.Open(5000) with { Options = new() { MaxBodyBytes = 1 } });

        Assert.Null(Find(4000).Rules.Options.MaxBodyBytes);
        Assert.Equal(1, Find(5000).Rules.Options.MaxBodyBytes);
    }

    [Fact]
    public void Client_AskedForAfterTheLastRouteIsGone_IsRefused()
    {
        Set(IPAddress.Loopback, 4000);
        var upstream = Find(4000).Upstream!;

        _table.Remove(_podId);

        Assert.Throws<ObjectDisposedException>(() => upstream.Client);
        Assert.Throws<ObjectDisposedException>(() => upstream.UnpooledClient);
    }

    [Fact]
    public void Drain_Always_RefusesNewRequests()
    {
        Set(IPAddress.Loopback, 4000);

        _table.Drain();

        Assert.False(Find(4000).TryEnter());
    }

    private void Set(IPAddress? address, params int[] ports) => Serve(address, [.. ports.Select(WantedRoute.Open)]);

    private void Serve(IPAddress? address, params WantedRoute[] routes) => _table.Set(new()
    {
        Id = _podId,
        OwnerId = "owner",
        Status = PodStatus.Running,
        Address = address,
        Runtime = _runtime,
        Routes = routes,
    });

    private HttpRoute Find(int port) => _table.TryFind(_podId.Value, out var pod) ? pod.Find(port)! : throw new KeyNotFoundException();

    // A client that was disposed refuses to send before it looks at the request.
    private static bool IsClosed(PodUpstream upstream)
    {
        try
        {
            _ = upstream.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1"), new CancellationToken(canceled: true));
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
