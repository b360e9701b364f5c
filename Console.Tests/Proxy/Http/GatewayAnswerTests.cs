using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>The gateway's own answers: which, when, and in what form.</summary>
public sealed partial class GatewayAnswerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_UnknownPodAndUnexposedPort_LookTheSame()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(4000);

        var unknown = await GetPageAsync(gateway, gateway.UrlOf(PodId.New(), 4000));
        var unexposed = await GetPageAsync(gateway, gateway.UrlOf(podId, 4001));
        var malformed = await GetPageAsync(gateway, new Uri($"https://x.proxy.localhost:{gateway.HttpsPort}/"));
        var bare = await GetPageAsync(gateway, new Uri($"https://proxy.localhost:{gateway.HttpsPort}/"));

        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.Contains("href=\"/.pod-console/start\"", unknown.Body, StringComparison.Ordinal);
        Assert.Equal(unknown, unexposed);
        Assert.Equal(unknown, malformed);
        Assert.Equal(unknown, bare);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("169.254.169.254")]
    [InlineData("proxy.localhost.evil.example")]
    public async Task Get_ForeignHost_Is421(string host)
    {
        await using var gateway = await GatewayHost.StartAsync();

        var answer = await RawClient.SendAsync(gateway, PodId.New(), 4000, $"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1234")]
    [InlineData("127.0.0.1:8443")]
    [InlineData("[::1]:8443")]
    public async Task Get_ConsoleHost_GoesOnToTheConsole(string host)
    {
        await using var gateway = await GatewayHost.StartAsync();

        var answer = await RawClient.SendAsync(gateway, PodId.New(), 4000, $"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("console", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PodStatus.Provisioning, true)]
    [InlineData(PodStatus.Starting, true)]
    [InlineData(PodStatus.Exited, false)]
    [InlineData(PodStatus.Error, false)]
    public async Task Get_PodWithoutAddress_Is503AndRefreshesWhileItStarts(PodStatus status, bool refreshes)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        gateway.Routes.Set(gateway.NewPod(podId, status, null, WantedRoute.Open(4000)));
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(podId, 4000));
        request.Headers.Accept.ParseAdd("text/html");

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        var page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(refreshes, page.Contains("http-equiv=\"refresh\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_AsProgram_IsProblemJson()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(PodId.New(), 4000), Cancel);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.RootElement.GetProperty("requestId").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Get_AsBrowser_IsAPageThatLoadsNothingAndRepeatsNothing()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(PodId.New(), 4000, "/<script>?reflected"));
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml");

        using var response = await client.SendAsync(request, Cancel);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("reflected", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1", 1, 31_000, HttpStatusCode.BadGateway)]
    [InlineData("1.1", 1, 33_000, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData("1.1", 90, 10, HttpStatusCode.BadGateway)]
    [InlineData("1.1", 120, 10, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData("2.0", 1, 33_000, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData("2.0", 120, 10, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    public async Task Get_ManyOrLongHeaders_IsOur431(string version, int count, int length, HttpStatusCode expected)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient(Version.Parse(version));
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(gateway.Expose(4000), 4000)) { Version = Version.Parse(version) };
        for (var number = 0; number < count; number++)
        {
            request.Headers.TryAddWithoutValidation($"X-Header-{number}", new string('x', length));
        }

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(90, "502")]
    [InlineData(120, "431")]
    public async Task Get_OneHeaderManyTimes_IsCountedEachTime(int count, string expected)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var fields = string.Concat(Enumerable.Repeat("X-Header: x\r\n", count));

        var answer = await RawClient.SendAsync(gateway, gateway.Expose(4000), 4000, $"GET / HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n{fields}\r\n");

        Assert.StartsWith($"HTTP/1.1 {expected} ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8_000, "502")]
    [InlineData(8_200, "414")]
    public async Task Get_LongRequestLine_Is414(int length, string expected)
    {
        await using var gateway = await GatewayHost.StartAsync();

        var answer = await RawClient.SendAsync(
            gateway, gateway.Expose(4000), 4000, $"GET /{new string('x', length)} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {expected} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_OwnAnswer_HasNoBody()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(4000);

        var answer = await RawClient.SendAsync(
            gateway, podId, 4001, "HEAD / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Matches(@"Content-Length: [1-9]\d+", answer);
    }

    [Fact]
    public async Task Get_PlainHttp_IsRedirectedToTheSameAddressOverHttps()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(4000);
        var host = gateway.UrlOf(podId, 4000).Host;
        using var client = gateway.NewClient();

        using var pod = await client.GetAsync($"http://{host}:{gateway.HttpPort}/a%20b?q=1", Cancel);
        using var console = await client.GetAsync($"http://localhost:{gateway.HttpPort}/", Cancel);
        using var foreign = await client.GetAsync($"http://other.example:{gateway.HttpPort}/", Cancel);

        Assert.Equal(HttpStatusCode.PermanentRedirect, pod.StatusCode);
        Assert.Equal($"https://{host}:8443/a%20b?q=1", pod.Headers.Location!.OriginalString);
        Assert.Equal("https://localhost:8443/", console.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, foreign.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetPageAsync(GatewayHost gateway, Uri url)
    {
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var response = await client.SendAsync(request, Cancel);
        return (response.StatusCode, RequestId().Replace(await response.Content.ReadAsStringAsync(Cancel), "request ?"));
    }

    [GeneratedRegex("request [A-Z0-9:]+")]
    private static partial Regex RequestId();
}
