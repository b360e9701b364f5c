using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
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
        Assert.Contains("href=\"https://localhost:8443\"", unknown.Body, StringComparison.Ordinal);
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
        gateway.Routes.Set(podId, status, null, gateway.Runtime, [4000]);
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(podId, 4000));
        request.Headers.Accept.ParseAdd("text/html");

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        var page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(refreshes, page.Contains("http-equiv=\"refresh\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PortHolderKind.Nobody, "Nothing listens on this port")]
    [InlineData(PortHolderKind.Other, "Another program holds this port")]
    public async Task Get_PortNotHeldByThePod_Is502AndNeverDialled(PortHolderKind holder, string title)
    {
        var dialled = false;
        await using var service = RawService.Start(connection =>
        {
            dialled = true;
            return connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Runtime.PortHolder = (_, _, _) => new PortHolder(holder, "python3, process 123");
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);

        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(title, body, StringComparison.Ordinal);
        Assert.Contains("bind to $POD_IP", body, StringComparison.Ordinal);
        Assert.DoesNotContain("python3", body, StringComparison.Ordinal);
        Assert.False(dialled);
    }

    [Theory]
    [InlineData("refuse", "The service does not accept connections")]
    [InlineData("close", "The service broke off")]
    [InlineData("reset", "The service broke off")]
    [InlineData("garbage", "The service does not speak HTTP")]
    public async Task Post_ServiceFailsBeforeItsAnswer_Is502ThatSaysHow(string fault, string title)
    {
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            if (fault == "reset")
            {
                connection.Reset();
            }
            else if (fault == "garbage")
            {
                await connection.SendAsync("\u0015\u0003\u0003\0\u0002\u0002\u0016\r\n\r\n");
                await connection.DrainAsync();
            }
        });
        if (fault == "refuse")
        {
            service.StopListening();
        }

        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.PostAsync(gateway.UrlOf(podId, service.Port), new StringContent("x"), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(title, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ServiceClosesWhileTheBodyIsSent_Is502ThatSaysSo()
    {
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            connection.Reset();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var content = new ByteArrayContent(new byte[20_000_000]);

        using var response = await client.PostAsync(gateway.UrlOf(podId, service.Port), content, Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("stopped reading the request", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Send_SilentService_Is524AfterTheResponseTimeout(string method)
    {
        await using var service = RawService.Start(connection => connection.HangAsync());
        await using var gateway = await GatewayHost.StartAsync(settings => settings.ResponseTimeout = TimeSpan.FromMilliseconds(300));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), gateway.UrlOf(podId, service.Port));
        request.Content = method == "POST" ? new StringContent("x") : null;

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(524, (int)response.StatusCode);
        Assert.Contains("did not answer in time", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
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

    [Theory]
    [InlineData("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /a\u0001b HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /a\rb HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\n", 400)]
    public async Task Send_RequestThatMustNotPass_IsRefusedWithoutADial(string request, int status)
    {
        var dialled = false;
        await using var service = RawService.Start(connection =>
        {
            dialled = true;
            return connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);

        var answer = await RawClient.SendAsync(gateway, podId, service.Port, request);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.False(dialled);
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

    [Fact]
    public async Task Get_PodsOwnErrorAnswer_PassesUntouched()
    {
        await using var service = await HttpService.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return context.Response.WriteAsync("the pod's own");
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("the pod's own", await response.Content.ReadAsStringAsync(Cancel));
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
