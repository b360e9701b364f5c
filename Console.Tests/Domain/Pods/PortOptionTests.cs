using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>Options, links and tokens of a port: the rules, who may, and what is saved.</summary>
public sealed class PortOptionTests
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetPortOptionsAsync_Owner_SavesThemInTheirOneFormAndPublishes()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        var saved = await domain.Pods.SetPortOptionsAsync(
            TestDomain.Owner, pod.Id, pod.Version, Http, new() { Audience = PortAudience.Owner, AllowedNetworks = "10.1.1.1/8 10.0.0.0/8" }, Cancel);

        var port = Assert.IsType<PodResult.Saved>(saved).Pod.Ports.Single(item => item.Key == Http);
        Assert.Equal(new() { Audience = PortAudience.Owner, AllowedNetworks = "10.0.0.0/8" }, port.Options);
        Assert.Equal(port.Options, (await domain.FindAsync(pod.Id))!.Ports.Single(item => item.Key == Http).Options);
    }

    [Fact]
    public async Task AnyChange_SomebodyElsesPod_IsNotFound()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        var link = PortGrant.NewLink("guest", DateTime.UtcNow, DateTime.UtcNow.AddDays(1));

        Assert.IsType<PodResult.NotFound>(await domain.Pods.SetPortOptionsAsync(TestDomain.Other, pod.Id, null, Http, new(), Cancel));
        Assert.IsType<PodResult.NotFound>(await domain.Pods.GrantAsync(TestDomain.Other, pod.Id, Http, link, Cancel));
        Assert.IsType<PodResult.NotFound>(await domain.Pods.RevokeAsync(TestDomain.Other, pod.Id, Http, link.Id, Cancel));
    }

    [Fact]
    public async Task AnyChange_PortNotExposedOrPodLocked_IsRefused()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        Assert.IsType<PodResult.Refused>(
            await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, new(PortProtocol.Http, 1), new(), Cancel));
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Locked = true }, Cancel);
        Assert.IsType<PodResult.Locked>(await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new(), Cancel));
    }

    [Fact]
    public async Task SetPortOptionsAsync_WrongValues_NamesThemAll()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        var refused = await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new()
        {
            AllowedNetworks = "10.0.0.0/8, nonsense",
            DeniedNetworks = "300.1.1.1",
            ClosesAt = DateTime.UtcNow.AddMinutes(-1),
            ResponseTimeout = TimeSpan.FromDays(1),
            MaxBodyBytes = 0,
            RequestsPerSecond = 0,
            ConcurrentRequests = PortOptionRules.MaxLimit + 1,
            RequestsPerSecondPerClient = -1,
            ConcurrentRequestsPerClient = 0,
        }, Cancel);

        Assert.Equal(
            [
                nameof(PortOptions.AllowedNetworks), nameof(PortOptions.ClosesAt), nameof(PortOptions.ConcurrentRequests),
                nameof(PortOptions.ConcurrentRequestsPerClient), nameof(PortOptions.DeniedNetworks), nameof(PortOptions.MaxBodyBytes),
                nameof(PortOptions.RequestsPerSecond), nameof(PortOptions.RequestsPerSecondPerClient), nameof(PortOptions.ResponseTimeout),
            ],
            Assert.IsType<PodResult.Invalid>(refused).Errors.Select(error => error.Field).Order());
        Assert.Equal(PortOptions.Default, (await domain.FindAsync(pod.Id))!.Ports.Single(item => item.Key == Http).Options);
    }

    [Fact]
    public async Task SetPortOptionsAsync_TcpPort_TakesItsOwnOptionsOnly()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        PortOptions own = new()
        {
            DeniedNetworks = "10.0.0.0/8",
            ClosesAt = new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            IdleTimeout = TimeSpan.Zero,
            MaxConnections = 100,
            MaxConnectionsPerClient = 10,
            ProxyProtocol = ProxyProtocolVersion.V2,
        };

        Assert.IsType<PodResult.Saved>(await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Tcp, own, Cancel));
        Assert.Equal(own, (await domain.FindAsync(pod.Id))!.Ports.Single(item => item.Key == Tcp).Options);
        Assert.IsType<PodResult.Invalid>(await domain.Pods.SetPortOptionsAsync(
            TestDomain.Owner, pod.Id, null, Tcp, new() { Audience = PortAudience.Owner }, Cancel));
        Assert.IsType<PodResult.Invalid>(await domain.Pods.SetPortOptionsAsync(
            TestDomain.Owner, pod.Id, null, Http, new() { MaxConnections = 1 }, Cancel));
    }

    [Fact]
    public async Task SetPortOptionsAsync_WrongValuesOfATcpPort_NamesThemAll()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        var refused = await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Tcp, new()
        {
            IdleTimeout = PortOptionRules.MaxIdleTimeout + TimeSpan.FromSeconds(1),
            MaxConnections = 0,
            MaxConnectionsPerClient = PortOptionRules.MaxLimit + 1,
            ProxyProtocol = (ProxyProtocolVersion)3,
        }, Cancel);

        Assert.Equal(
            [nameof(PortOptions.IdleTimeout), nameof(PortOptions.MaxConnections), nameof(PortOptions.MaxConnectionsPerClient), nameof(PortOptions.ProxyProtocol)],
            Assert.IsType<PodResult.Invalid>(refused).Errors.Select(error => error.Field).Order());
    }

    [Fact]
    public async Task GrantAsync_LinkAndToken_AreKeptUntilRevoked()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        var now = DateTime.UtcNow;
        var (token, secret) = PortGrant.NewToken(" ci ", now, null);

        await domain.Pods.GrantAsync(TestDomain.Owner, pod.Id, Http, PortGrant.NewLink("guest", now, now.AddDays(1)), Cancel);
        await domain.Pods.GrantAsync(TestDomain.Owner, pod.Id, Http, token, Cancel);
        var grants = (await domain.FindAsync(pod.Id))!.Ports.Single(item => item.Key == Http).Grants;

        Assert.Equal(["guest", "ci"], grants.Select(grant => grant.Label));
        Assert.Equal(PortGrant.HashOf(secret), grants[1].Hash);
        Assert.DoesNotContain(secret[PortGrant.TokenPrefix.Length..], System.Text.Json.JsonSerializer.Serialize(grants), StringComparison.Ordinal);
        await domain.Pods.RevokeAsync(TestDomain.Owner, pod.Id, Http, grants[0].Id, Cancel);
        Assert.Equal(["ci"], (await domain.FindAsync(pod.Id))!.Ports.Single(item => item.Key == Http).Grants.Select(grant => grant.Label));
    }

    [Fact]
    public async Task GrantAsync_WrongValues_IsRefused()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        var now = DateTime.UtcNow;
        Task<PodResult> GrantAsync(PortGrant grant) => domain.Pods.GrantAsync(TestDomain.Owner, pod.Id, Http, grant, Cancel);

        Assert.IsType<PodResult.Invalid>(await GrantAsync(PortGrant.NewLink("", now, now.AddDays(1))));
        Assert.IsType<PodResult.Invalid>(await GrantAsync(PortGrant.NewLink(new('x', 61), now, now.AddDays(1))));
        Assert.IsType<PodResult.Invalid>(await GrantAsync(PortGrant.NewLink("past", now, now.AddDays(-1))));
        Assert.IsType<PodResult.Invalid>(await GrantAsync(PortGrant.NewLink("for ever", now, now.AddDays(366))));
        for (var count = 0; count < PortOptionRules.MaxGrants; count++)
        {
            Assert.IsType<PodResult.Saved>(await GrantAsync(PortGrant.NewLink("one", now, now.AddDays(1))));
        }

        Assert.IsType<PodResult.Invalid>(await GrantAsync(PortGrant.NewLink("one too many", now, now.AddDays(1))));
    }

    [Fact]
    public async Task EditAsync_OtherPorts_KeepsThisPortsOptions()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, pod.Id, null, Http, new() { Http2 = true }, Cancel);
        var ports = pod.Ports.Select(port => port.ToRequest()).Append(new(PortProtocol.Http, 9999, "New")).ToArray();

        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new() { Ports = ports }, Cancel);

        Assert.True((await domain.FindAsync(pod.Id))!.Ports.Single(item => item.Key == Http).Options.Http2);
    }
}
