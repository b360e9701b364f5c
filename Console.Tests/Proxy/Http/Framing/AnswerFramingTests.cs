using System.Net;
using System.Text;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>
/// Malformed and ambiguous answers of a service. None reaches the next client, and none that was cut looks complete.
/// </summary>
public sealed class AnswerFramingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", "GET")]
    [InlineData("1.1", "HEAD")]
    [InlineData("1.1", "POST")]
    [InlineData("2.0", "GET")]
    [InlineData("2.0", "POST")]
    public async Task Send_OddAnswer_IsWholeOrVisiblyCutAndTheNextClientGetsItsOwn(string version, string method)
    {
        await using var service = RawService.Start(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient(Version.Parse(version));
        using var other = gateway.NewClient();
        foreach (var (number, row) in AnswerCase.All.Index())
        {
            // A pod for each: a GET is repeated once, so two connections that the service has ended would be one too many. It ends them
            // in order: after a reset nothing is repeated.
            var podId = gateway.Expose(service.Port);
            var body = await AskAsync(client, method, gateway.UrlOf(podId, service.Port, $"/odd/{number}"));

            Assert.True(body is null || (method == "HEAD" ? body.Length == 0 : body == row.Body), $"{row.Name}: {body}");
            for (var next = 0; next < 2; next++)
            {
                var path = $"/own/{number}-{next}";
                using var own = await other.GetAsync(gateway.UrlOf(podId, service.Port, path), Cancel);
                var answer = await own.Content.ReadAsStringAsync(Cancel);
                Assert.True(answer == path, $"{row.Name}: {path} was answered with {answer}");
            }
        }
    }

    // The server's own answers on the wire: a length in one way only, whatever the service said.
    [Fact]
    public async Task Send_OddAnswers_AreFramedInOneWayOverHttp1()
    {
        await using var service = RawService.Start(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        foreach (var (number, row) in AnswerCase.All.Index())
        {
            var received = await RawClient.ExchangeAsync(gateway, url.Host, [$"GET /odd/{number} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"]);

            var answers = WireAnswer.ReadAll(received, ["GET"]);
            Assert.True(answers is [] or [{ IsWhole: false }] or [{ Status: 502 }] || (answers is [var answer] && answer.Body == row.Body), $"{row.Name}: {received}");
        }
    }

    [Fact]
    public async Task Post_AnswerBeforeTheRequestEnds_TheRestReachesNobodyElse()
    {
        await using var service = RawService.Start(AnswerAsync);
        await using var gateway = await GatewayHost.StartAsync();
        using var other = gateway.NewClient();
        for (var number = 0; number < 20; number++)
        {
            var podId = gateway.Expose(service.Port);
            var url = gateway.UrlOf(podId, service.Port);
            var received = await RawClient.ExchangeAsync(
                gateway, url.Host, [$"POST /odd/0 HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 100000\r\n\r\n", new string('x', 50_000), Smuggled(url.Authority)]);

            Assert.DoesNotContain("smuggled", received, StringComparison.Ordinal);
            Assert.Equal($"/own/{number}", await other.GetStringAsync(gateway.UrlOf(podId, service.Port, $"/own/{number}"), Cancel));
        }
    }

    private static string Smuggled(string host) => $"GET /smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n";

    // The content of whatever looks complete and comes from the service; null for anything else.
    private static async Task<string?> AskAsync(HttpClient client, string method, Uri url)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Content = method == "POST" ? new StringContent("x") : null;
        try
        {
            using var response = await client.SendAsync(request, Cancel);
            return response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.InternalServerError ? null : await response.Content.ReadAsStringAsync(Cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task AnswerAsync(RawConnection connection)
    {
        while (await connection.ReadHeadAsync() is { } head)
        {
            var path = head.Split(' ')[1];
            if (path.StartsWith("/odd/", StringComparison.Ordinal))
            {
                var row = AnswerCase.All[int.Parse(path.AsSpan("/odd/".Length))];
                await connection.SendAsync(row.Text);
                if (!row.Keeps)
                {
                    await connection.FinishAsync();
                    return;
                }
            }
            else
            {
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.ASCII.GetByteCount(path)}\r\n\r\n{path}");
            }

            if (head.StartsWith("POST", StringComparison.Ordinal))
            {
                await connection.FinishAsync(); // Its content is not looked at.
                return;
            }
        }
    }
}
