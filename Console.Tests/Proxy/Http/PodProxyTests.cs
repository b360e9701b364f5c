using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>What reaches a service, and what comes back from it.</summary>
public sealed class PodProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_ExposedPort_ReachesTheServiceUnderItsOwnHost(string version)
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Protocol} {context.Request.Host} {context.Request.Headers["X-Forwarded-For"]} "
            + $"{context.Request.Headers["X-Forwarded-Proto"]} {context.Request.Headers["X-Forwarded-Host"]}"));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));
        var url = gateway.UrlOf(podId, service.Port);

        using var response = await client.GetAsync(url, Cancel);

        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"HTTP/1.1 {url.Authority} 127.0.0.1 https {url.Authority}", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/a%2Fb/%41/%7Euser/x%20y?q=%2B+1&r=%C3%A4")]
    [InlineData("//double//slash/")]
    [InlineData("/a/../b/./c")]
    [InlineData("/p;v=1/@me/:80/[x]|y^`{}?a[]=<>\"'")]
    [InlineData("/?")]
    public async Task Get_AnyTarget_ArrivesByteByByte(string target)
    {
        var seen = "";
        await using var service = RawService.Start(async connection =>
        {
            seen = (await connection.ReadHeadAsync())!.Split(' ')[1];
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);

        var answer = await RawClient.SendAsync(gateway, podId, service.Port, $"GET {target} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal(target, seen);
    }

    [Fact]
    public async Task Get_LookAlikeHeaders_AreReplacedByTheGatewaysOwn()
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync(
            string.Join('\n', context.Request.Headers.Where(header => header.Key.Contains("orward", StringComparison.Ordinal)
                || header.Key.Contains("eal", StringComparison.Ordinal) || header.Key == "X-Hop").Select(header => $"{header.Key}={header.Value}").Order())));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        var url = gateway.UrlOf(podId, service.Port);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var name in new[] { "X-Forwarded-For", "X_Forwarded_For", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP", "x_real_ip", "Forwarded", "X-Hop" })
        {
            request.Headers.TryAddWithoutValidation(name, "6.6.6.6");
        }

        request.Headers.Connection.Add("X-Hop");
        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(
            $"X-Forwarded-For=127.0.0.1\nX-Forwarded-Host={url.Authority}\nX-Forwarded-Proto=https",
            await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_ConsoleCookies_NeverReachThePod(string version)
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync(context.Request.Headers.Cookie.ToString()));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(podId, service.Port));
        request.Headers.Add("Cookie", "a=1; __Host-PodConsole=secret; b=2");

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal("a=1; b=2", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Get_ConsoleCookieInALineOfItsOwn_NeverReachesThePod()
    {
        var seen = "";
        await using var service = RawService.Start(async connection =>
        {
            seen = await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);

        await RawClient.SendAsync(gateway, podId, service.Port,
            "GET / HTTP/1.1\r\nHost: {host}\r\nCookie: a=1\r\nCookie: __Host-PodConsole=secret\r\nCookie: b=2\r\nConnection: close\r\n\r\n");

        Assert.Contains("Cookie: a=1; b=2\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_PodSetsCookies_OnlyItsOwnPass()
    {
        await using var service = await HttpService.StartAsync(context =>
        {
            context.Response.Headers.SetCookie = new[]
            {
                "mine=1; Path=/", "__Host-PodConsole=evil; Path=/; Secure", "wide=1; Domain=proxy.localhost", "wider=1; Domain=localhost", "also=2",
            };
            return Task.CompletedTask;
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);

        Assert.Equal(["mine=1; Path=/", "also=2"], response.Headers.GetValues("Set-Cookie"));
    }

    [Fact]
    public async Task Get_HeaderBytesBeyondAscii_PassBothWays()
    {
        var seen = "";
        await using var service = RawService.Start(async connection =>
        {
            seen = await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"n\u00c3\u00a4me.txt\"\r\nContent-Length: 0\r\n\r\n");
            await connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);

        var answer = await RawClient.SendAsync(
            gateway, podId, service.Port, "GET / HTTP/1.1\r\nHost: {host}\r\nX-Name: \u00c3\u00a4\u00ff\r\nConnection: close\r\n\r\n");

        Assert.Contains("filename=\"n\u00c3\u00a4me.txt\"", answer, StringComparison.Ordinal);
        Assert.Contains("X-Name: \u00c3\u00a4\u00ff", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RedirectAndCompressedAnswer_PassUntouched()
    {
        await using var service = await HttpService.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = "/next";
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("/next", response.Headers.Location!.OriginalString);
        Assert.Equal([1, 2, 3], await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Post_ExpectContinue_WaitsForTheServiceAndUnknownExpectationsAreDropped()
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Headers.Expect}|{await reader.ReadToEndAsync()}");
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        Assert.Equal("100-continue|body", await PostAsync(new NameValueWithParametersHeaderValue("100-continue")));
        Assert.Equal("|body", await PostAsync(new NameValueWithParametersHeaderValue("213-other")));

        async Task<string> PostAsync(NameValueWithParametersHeaderValue expect)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, gateway.UrlOf(podId, service.Port)) { Content = new StringContent("body") };
            request.Headers.Expect.Add(expect);
            using var response = await client.SendAsync(request, Cancel);
            return await response.Content.ReadAsStringAsync(Cancel);
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Post_LargeBodies_PassWithoutALimit(string version)
    {
        const int size = 64 * 1024 * 1024;
        await using var service = await HttpService.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            body.Position = 0;
            await body.CopyToAsync(context.Response.Body);
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));
        var sent = new byte[size];
        new Random(1).NextBytes(sent);

        using var content = new ByteArrayContent(sent);
        using var response = await client.PostAsync(gateway.UrlOf(podId, service.Port), content, Cancel);
        var received = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.True(sent.AsSpan().SequenceEqual(received));
    }
}
