using System.Net;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Limits;

/// <summary>What a client sees beyond a port's limits.</summary>
public sealed class LimitAnswerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_BeyondTheLimit_Is429AndOtherPortsServe()
    {
        using var gate = new SemaphoreSlim(0);
        await using var service = await HttpService.StartAsync(async context =>
        {
            await gate.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("done");
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(service.Port, new() { ConcurrentRequests = 2 }, []), WantedRoute.Open(service.Port + 1));
        using var client = gateway.NewClient();
        var url = gateway.UrlOf(podId, service.Port);

        Task<HttpResponseMessage>[] running = [client.GetAsync(url, Cancel), client.GetAsync(url, Cancel)];
        await Eventually.TrueAsync(() => gateway.Routes.CountRequests(podId, service.Port) == 2, "both requests are in");
        using var refused = await client.GetAsync(url, Cancel);
        using var other = await client.GetAsync(gateway.UrlOf(podId, service.Port + 1), Cancel);
        gate.Release(3);
        var answers = await Task.WhenAll(running);
        using var next = await client.GetAsync(url, Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.BadGateway, other.StatusCode);
        Assert.All([.. answers, next], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task Get_AfterAnEditOfAnotherLimit_CountsThoseThatRun()
    {
        using var gate = new SemaphoreSlim(0);
        await using var service = await HttpService.StartAsync(async context =>
        {
            await gate.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("done");
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        PortOptions options = new() { ConcurrentRequests = 1 };
        gateway.Serve(podId, new WantedRoute(service.Port, options, []));
        using var client = gateway.NewClient();
        var url = gateway.UrlOf(podId, service.Port);

        var running = client.GetAsync(url, Cancel);
        await Eventually.TrueAsync(() => gateway.Routes.CountRequests(podId, service.Port) == 1, "the request is in");
        gateway.Serve(podId, new WantedRoute(service.Port, options with { RequestsPerSecond = 100 }, []));
        using var refused = await client.GetAsync(url, Cancel);
        gate.Release(2);
        using var answer = await running;
        using var next = await client.GetAsync(url, Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.All([answer, next], served => Assert.Equal(HttpStatusCode.OK, served.StatusCode));
    }

    [Theory]
    [InlineData("1.1", false, 1000, HttpStatusCode.OK)]
    [InlineData("1.1", false, 1001, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("1.1", true, 1000, HttpStatusCode.OK)]
    [InlineData("1.1", true, 100_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("2.0", false, 1001, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("2.0", true, 100_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Post_BodyBeyondTheLimit_Is413(string version, bool chunked, int size, HttpStatusCode expected)
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            await context.Response.WriteAsync($"{body.Length}");
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(service.Port, new() { MaxBodyBytes = 1000 }, []));
        using var client = gateway.NewClient(Version.Parse(version));
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.UrlOf(podId, service.Port)) { Content = new ByteArrayContent(new byte[size]) };
        request.Version = Version.Parse(version);
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = size > 1000;

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }
}
