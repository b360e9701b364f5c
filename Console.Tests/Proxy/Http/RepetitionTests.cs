using System.Collections.Concurrent;
using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>No request runs twice, but for GET and HEAD on a pooled connection that closed under them.</summary>
public sealed class RepetitionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", null, false)]
    [InlineData("POST", "body", false)]
    [InlineData("POST", "body", true)]
    [InlineData("PUT", null, false)]
    [InlineData("PUT", "body", false)]
    [InlineData("PATCH", null, false)]
    [InlineData("DELETE", null, false)]
    [InlineData("DELETE", "body", false)]
    [InlineData("OPTIONS", null, false)]
    [InlineData("BREW", null, false)]
    public async Task Send_StaleConnection_ArrivesOnce(string method, string? body, bool expectContinue)
    {
        var (status, received) = await SendOnStaleConnectionAsync(method, body, expectContinue);

        Assert.Equal(expectContinue ? HttpStatusCode.OK : HttpStatusCode.BadGateway, status);
        Assert.Single(received, head => head.StartsWith($"{method} /second", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Send_ReadOnlyRequestOnStaleConnection_IsRepeatedOnce(string method)
    {
        var (status, received) = await SendOnStaleConnectionAsync(method, body: null, expectContinue: false);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(2, received.Count(head => head.StartsWith($"{method} /second", StringComparison.Ordinal)));
    }

    private static async Task<(HttpStatusCode Status, IReadOnlyCollection<string> Received)> SendOnStaleConnectionAsync(
        string method, string? body, bool expectContinue)
    {
        // Each connection answers one request, then takes another one and hangs up without a word.
        var received = new ConcurrentQueue<string>();
        await using var service = RawService.Start(async connection =>
        {
            received.Enqueue(await connection.ReadHeadAsync() ?? "");
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            if (await connection.ReadHeadAsync() is { } head)
            {
                received.Enqueue(head);
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var first = await client.GetAsync(gateway.UrlOf(podId, service.Port, "/first"), Cancel);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        using var request = new HttpRequestMessage(new HttpMethod(method), gateway.UrlOf(podId, service.Port, "/second"));
        request.Content = body is null ? null : new StringContent(body);
        request.Headers.ExpectContinue = expectContinue;
        using var second = await client.SendAsync(request, Cancel);
        return (second.StatusCode, received);
    }
}
