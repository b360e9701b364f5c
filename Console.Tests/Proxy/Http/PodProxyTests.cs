using System.Net;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

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
}
