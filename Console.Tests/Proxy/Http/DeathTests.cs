using System.Diagnostics;
using System.Net;
using System.Text;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Services that die at any byte of their answer.</summary>
public sealed class DeathTests
{
    private const string Content = "The quick brown fox jumps over the lazy dog. ";

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["length"] = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Content.Length * 4}\r\n\r\n{Content}{Content}{Content}{Content}",
        ["chunks"] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + string.Concat(Enumerable.Repeat($"{Content.Length:x}\r\n{Content}\r\n", 4)) + "0\r\n\r\n",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Load", "deaths")]
    [InlineData("1.1", "length")]
    [InlineData("1.1", "chunks")]
    [InlineData("2.0", "length")]
    [InlineData("2.0", "chunks")]
    public async Task Get_ServiceDiesAtAnyByte_IsCutOr502AndNeverLooksComplete(string version, string kind)
    {
        var answer = Answers[kind];
        var headEnd = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        await using var service = RawService.Start(async connection =>
        {
            // The path says after how many bytes, and how: /123r
            var path = (await connection.ReadHeadAsync())!.Split(' ')[1];
            await connection.SendAsync(answer[..int.Parse(path[1..^1])]);
            if (path[^1] == 'r')
            {
                connection.Reset();
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));
        var (bad, cut) = (0, 0);
        var slowest = TimeSpan.Zero;

        var count = LoadSize.Of(Math.Min(answer.Length, 60), 250);
        for (var number = 0; number < count; number++)
        {
            // Every byte in turn, and the last ones before the end in any case.
            var length = number < 10 ? answer.Length - 1 - number : (number * 7919) % answer.Length;
            var how = number % 2 == 0 ? 'r' : 'f';
            var watch = Stopwatch.StartNew();
            var body = new MemoryStream();
            try
            {
                using var response = await client.GetAsync(
                    gateway.UrlOf(podId, service.Port, $"/{length}{how}"), HttpCompletionOption.ResponseHeadersRead, Cancel);
                if (response.StatusCode == HttpStatusCode.BadGateway)
                {
                    // A reset may overtake the head that was sent before it.
                    Assert.True(length < headEnd || how == 'r', $"502 after {length} bytes");
                    bad++;
                    slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
                    continue;
                }

                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                await response.Content.CopyToAsync(body, Cancel);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                cut++;
                continue;
            }

            Assert.Fail($"After {length} bytes of {answer.Length} ({how}) a body of {body.Length} bytes looked complete: {Encoding.ASCII.GetString(body.ToArray())}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{count} deaths: {cut} answers cut, {bad} times 502, the slowest after {slowest.TotalMilliseconds:F0} ms");
        Assert.True(slowest < TimeSpan.FromSeconds(LoadSize.Of(60, 1)), $"A 502 took {slowest}.");
        Assert.True(bad > 0 && cut > 0);
    }
}
