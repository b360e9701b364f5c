using System.Net;
using System.Net.WebSockets;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>Who reaches a restricted port: one decision, whatever the method and protocol.</summary>
public sealed class AccessGateTests
{
    private static readonly DateTime Now = DateTime.UtcNow;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static PortOptions OwnerOnly { get; } = new() { Audience = PortAudience.Owner };

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    [InlineData("DELETE")]
    [InlineData("PROPFIND")]
    public async Task Send_RestrictedPortWithoutTicket_IsTheAnswerOfAnUnknownAddress(string method)
    {
        await using var port = await RestrictedPort.StartAsync(OwnerOnly);

        using var refused = await port.SendAsync(new(method));
        using var unknown = await port.SendAsync(new(method), port.Gateway.UrlOf(PodId.New(), port.Port));

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal(await RestrictedPort.TextOfAsync(unknown), await RestrictedPort.TextOfAsync(refused));
        Assert.Equal(0, port.Requests);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Connect_WebSocketWithoutTicket_IsRefused(string version)
    {
        await using var port = await RestrictedPort.StartAsync(OwnerOnly);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(port.Gateway.NewHandler());

        var refused = await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new UriBuilder(port.Url) { Scheme = "wss" }.Uri, invoker, Cancel));

        Assert.Contains("404", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, port.Requests);
    }

    [Fact]
    public async Task Send_StoppedRestrictedPod_IsTheAnswerOfAnUnknownAddress()
    {
        await using var port = await RestrictedPort.StartAsync(OwnerOnly);
        port.Gateway.Routes.Set(port.Gateway.NewPod(port.PodId, PodStatus.Exited, null, new PodConsole.Proxy.Http.WantedRoute(port.Port, OwnerOnly, [])));

        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync());
    }

    [Fact]
    public async Task Send_Token_OpensThePortAndDoesNotReachIt()
    {
        var (grant, secret) = PortGrant.NewToken("ci", Now, null);
        await using var port = await RestrictedPort.StartAsync(OwnerOnly, grant);

        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync(("Authorization", $"Bearer {secret}"), ("X-Kept", "1")));
        Assert.False(port.LastHeaders!.ContainsKey("Authorization"));
        Assert.Equal("1", port.LastHeaders["X-Kept"]);

        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync(("X-Pod-Token", secret), ("Authorization", "Bearer the-services-own")));
        Assert.False(port.LastHeaders!.ContainsKey("X-Pod-Token"));
        Assert.Equal("Bearer the-services-own", port.LastHeaders["Authorization"]);
    }

    [Fact]
    public async Task Send_TokenToAnOpenPort_DoesNotReachIt()
    {
        var (_, secret) = PortGrant.NewToken("ci", Now, null);
        await using var port = await RestrictedPort.StartAsync(PortOptions.Default);

        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync(("Authorization", $"bearer {secret}")));

        Assert.False(port.LastHeaders!.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Send_TokenBesideTheServicesOwnAuthorization_DoesNotReachIt()
    {
        var (_, secret) = PortGrant.NewToken("ci", Now, null);
        await using var port = await RestrictedPort.StartAsync(PortOptions.Default);
        await using var raw = await port.Gateway.ConnectAsync(port.Url.Host);

        await raw.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {port.Url.Authority}\r\nConnection: close\r\n"
            + $"Authorization: Bearer {secret}\r\nAuthorization: Basic eDp5\r\nX-Pod-Token: {secret}\r\nX-Pod-Token: other\r\n\r\n"), Cancel);
        using var reader = new StreamReader(raw);
        await reader.ReadToEndAsync(Cancel);

        Assert.Equal("Basic eDp5", port.LastHeaders!.Authorization);
        Assert.False(port.LastHeaders.ContainsKey("X-Pod-Token"));
    }

    [Fact]
    public async Task Send_WrongRevokedOrExpiredToken_IsRefused()
    {
        var (grant, secret) = PortGrant.NewToken("ci", Now, null);
        var (expired, old) = PortGrant.NewToken("old", Now.AddDays(-2), Now.AddDays(-1));
        await using var port = await RestrictedPort.StartAsync(OwnerOnly, grant, expired);

        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(("Authorization", $"Bearer {secret}x")));
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(("Authorization", $"Bearer {old}")));
        port.Set(OwnerOnly, expired);
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync(("Authorization", $"Bearer {secret}")));
    }

    [Theory]
    [InlineData("127.0.0.0/8", "", true)]
    [InlineData("10.0.0.0/8", "", false)]
    [InlineData("", "127.0.0.1", false)]
    [InlineData("127.0.0.0/8", "127.0.0.1", false)]
    [InlineData("", "10.0.0.0/8, 2001:db8::/32", true)]
    public async Task Send_Networks_HoldForEveryone(string allowed, string denied, bool admitted)
    {
        var (grant, secret) = PortGrant.NewToken("ci", Now, null);
        await using var open = await RestrictedPort.StartAsync(new() { AllowedNetworks = allowed, DeniedNetworks = denied });
        await using var restricted = await RestrictedPort.StartAsync(OwnerOnly with { AllowedNetworks = allowed, DeniedNetworks = denied }, grant);

        Assert.Equal(admitted ? HttpStatusCode.OK : HttpStatusCode.NotFound, await open.StatusAsync());
        Assert.Equal(admitted ? HttpStatusCode.OK : HttpStatusCode.NotFound, await restricted.StatusAsync(("Authorization", $"Bearer {secret}")));
    }

    [Fact]
    public async Task Send_AfterTheClosingTime_IsRefused()
    {
        await using var port = await RestrictedPort.StartAsync(new() { ClosesAt = Now.AddDays(1) });

        Assert.Equal(HttpStatusCode.OK, await port.StatusAsync());
        port.Set(new() { ClosesAt = Now.AddSeconds(-1) });
        Assert.Equal(HttpStatusCode.NotFound, await port.StatusAsync());
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site", "same-origin")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site", "none")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")]
    [InlineData(HttpStatusCode.NotFound, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe")]
    [InlineData(HttpStatusCode.NotFound, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "object")]
    [InlineData(HttpStatusCode.NotFound, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe",
        "Referer", "https://abcdefghijklmn-1234.proxy.localhost:{port}/")]
    [InlineData(HttpStatusCode.NotFound, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe",
        "Referer", "https://evil.example/https://{pod}-1234.proxy.localhost:{port}/")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe",
        "Referer", "https://{pod}-1234.proxy.localhost:{port}/lab")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors", "Referer", "https://{pod}-1234.proxy.localhost:{port}")]
    [InlineData(HttpStatusCode.NotFound, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors")]
    [InlineData(HttpStatusCode.NotFound, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "null")]
    [InlineData(HttpStatusCode.OK, "Origin", "null", "Sec-Fetch-Site", "same-origin")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "null", "Sec-Fetch-Site", "same-site")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "null", "Sec-Fetch-Site", "cross-site")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "https://evil.example", "Sec-Fetch-Site", "same-origin")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "https://localhost:8443")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "https://evil.example")]
    [InlineData(HttpStatusCode.OK, "Origin", "https://{pod}-1234.proxy.localhost:{port}")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "https://{pod}-1234.proxy.localhost")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "https://{pod}-x.evil.proxy.localhost:{port}")]
    [InlineData(HttpStatusCode.NotFound, "Origin", "https://abcdefghijklmn-1234.proxy.localhost:{port}")]
    public async Task Send_CookieWithAPageOfSomebodyElse_IsRefused(HttpStatusCode expected, params string[] headers)
    {
        await using var port = await RestrictedPort.StartAsync(OwnerOnly);
        var cookie = await port.VisitAsync(GatewayHost.Owner);
        var sent = headers.Select(text => text.Replace("{pod}", port.PodId.Value, StringComparison.Ordinal)
            .Replace("{port}", $"{port.Url.Port}", StringComparison.Ordinal)).Chunk(2).Select(pair => (pair[0], pair[1]));

        Assert.Equal(expected, await port.StatusAsync([("Cookie", $"theirs=1; {cookie}"), .. sent]));
    }

    [Fact]
    public async Task Post_FollowedFromAnotherSite_IsRefused()
    {
        await using var port = await RestrictedPort.StartAsync(OwnerOnly);
        var cookie = await port.VisitAsync(GatewayHost.Owner);

        using var answer = await port.SendAsync(
            HttpMethod.Post, headers: [("Cookie", cookie!), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
