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

    [Fact]
    [Trait("Load", "repeats")]
    public async Task Send_FaultsAtAnyMoment_NothingButGetAndHeadArrivesTwice()
    {
        var arrived = new ConcurrentDictionary<string, int>();
        await using var service = RawService.Start(connection => FailAtRandomAsync(connection, arrived));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();

        // The client too sends a request again when a connection closes before it sent the body.
        using var handler = gateway.NewHandler();
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        using var unpooled = new HttpClient(handler);
        string[] methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        var answered = 0;

        await Parallel.ForAsync(0, LoadSize.Of(600, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (number, cancel) =>
        {
            var method = methods[number % methods.Length];
            using var request = new HttpRequestMessage(new HttpMethod(method), gateway.UrlOf(podId, service.Port, $"/{method}-{number}"));
            request.Content = number % 4 < 2 || number % methods.Length < 2 ? null
                : number % 4 == 2 ? new StringContent("small") : new ByteArrayContent(new byte[300_000]);
            request.Headers.ExpectContinue = request.Content is not null && number % 5 == 0;
            try
            {
                using var response = await (request.Headers.ExpectContinue == true ? unpooled : client).SendAsync(request, cancel);
                Interlocked.Add(ref answered, response.IsSuccessStatusCode ? 1 : 0);
            }
            catch (HttpRequestException)
            {
                // Cut in its answer.
            }
        });

        var twice = arrived.Where(item => item.Value > 1).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{arrived.Count} requests arrived, {answered} were answered, {twice.Count} GET and HEAD arrived a second time");
        Assert.All(twice, item => Assert.True(item.Key.StartsWith("/GET", StringComparison.Ordinal) || item.Key.StartsWith("/HEAD", StringComparison.Ordinal), item.Key));
        Assert.All(twice, item => Assert.Equal(2, item.Value));
        Assert.True(answered > 0 && twice.Count > 0, "Nothing was answered, or nothing repeated.");
    }

    // Answers a few requests on each connection, and fails at one of them: before, within or after its answer.
    private static async Task FailAtRandomAsync(RawConnection connection, ConcurrentDictionary<string, int> arrived)
    {
        const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        while (await connection.ReadHeadAsync() is { } head)
        {
            arrived.AddOrUpdate(head.Split(' ')[1], 1, (_, count) => count + 1);
            var fate = Random.Shared.Next(8);
            if (fate >= 4 && head.Contains("Content-Length: 300000", StringComparison.Ordinal))
            {
                // It answers without reading the body, so that the connection cannot be used again.
                await connection.SendAsync(Answer.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
                return;
            }

            switch (fate)
            {
                case 0:
                    return;
                case 1:
                    connection.Reset();
                    return;
                case 2:
                    await connection.SendAsync(Answer[..Random.Shared.Next(Answer.Length)]);
                    return;
                case 3:
                    await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
                    return;
                default:
                    await connection.SendAsync(head.StartsWith("HEAD", StringComparison.Ordinal) ? Answer[..^2] : Answer);
                    if (head.Contains("Content-Length: 5", StringComparison.Ordinal))
                    {
                        return; // Its body is not read either: the connection ends after its answer, as a stale one.
                    }

                    break;
            }
        }
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
