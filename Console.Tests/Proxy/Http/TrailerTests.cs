using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>Trailers after an answer pass where the client's protocol takes them, also without gRPC.</summary>
public sealed class TrailerTests
{
    [Theory]
    [InlineData("1.1", "")]
    [InlineData("2.0", "5d41402a")]
    public async Task Get_TrailerOfAChunkedAnswer_PassesOverHttp2(string version, string trailer)
    {
        await using var service = RawService.Start(async connection =>
        {
            while (await connection.ReadHeadAsync() is not null)
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 5d41402a\r\n\r\n");
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient(Version.Parse(version));
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.UrlOf(gateway.Expose(service.Port), service.Port)) { Version = Version.Parse(version) };
        request.Headers.TE.ParseAdd("trailers");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(trailer, string.Join(',', answer.TrailingHeaders.SelectMany(header => header.Value)));
    }
}
