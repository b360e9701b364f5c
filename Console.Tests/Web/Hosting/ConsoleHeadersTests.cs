using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Hosting;

public sealed class ConsoleHeadersTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("https://abcdefghij0123-4000.proxy.localhost:{port}", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:{port}", HttpStatusCode.Forbidden)]
    [InlineData("https://localhost:1", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("https://localhost:{port}", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    public async Task Negotiate_ByOrigin_ServesTheConsolesOwnPagesOnly(string origin, HttpStatusCode expected)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        if (origin.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin.Replace("{port}", $"{host.Url.Port}", StringComparison.Ordinal));
        }

        using var answer = await client.SendAsync(request, Cancelled);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://localhost:{port}", "https://evil.example")]
    [InlineData("https://evil.example", "https://localhost:{port}")]
    [InlineData("https://evil.example", "")]
    public async Task Negotiate_SeveralOrigins_IsRefused(params string[] origins)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.TryAddWithoutValidation(
            "Origin", origins.Select(origin => origin.Replace("{port}", $"{host.Url.Port}", StringComparison.Ordinal)));

        using var answer = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Socket_ConsoleIsStopping_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();

        // From this moment on the console closes its sockets; it goes on answering until it has closed them all.
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var content = new StringContent("");
        using var answer = await client.PostAsync("/_blazor/negotiate?negotiateVersion=1", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Circuit_WebSocketOfAForeignPage_Is403()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"wss://localhost:{host.Url.Port}/_blazor"), client, Cancelled));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Circuit_Anonymous_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        using var answer = await client.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Cancelled);

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Page_OnLocalhost_HasTheSecurityHeadersButNoHsts()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        using var answer = await client.GetAsync("/sign-in", Cancelled);

        Assert.Contains("frame-ancestors 'none'", string.Join(';', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Page_OnADomain_AsksForHttpsForever()
    {
        await using var host = await ConsoleHost.StartAsync(
            "Console:PublicUrl=https://console.pods.example.org", "Gateway:ProxyDomain=pods.example.org");
        using var client = host.NewClient();

        using var answer = await client.GetAsync($"https://console.pods.example.org:{host.Url.Port}/sign-in", Cancelled);

        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task Healthz_Anonymous_IsOk()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        Assert.Equal("ready", await client.GetStringAsync("/health/ready", Cancelled));
        Assert.Equal("live", await client.GetStringAsync("/health/live", Cancelled));
    }
}
