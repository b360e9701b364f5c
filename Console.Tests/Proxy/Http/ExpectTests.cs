using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>
/// <c>Expect: 100-continue</c> goes on to the service, and its decision comes back: the client is asked for its body when the
/// service asks, and not at all when it refuses.
/// </summary>
public sealed class ExpectTests
{
    private const string Head = "POST /x HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_ServiceTakesTheBody_ClientIsAskedAndMayGoOn(bool knowsTheExpectation)
    {
        var isAsked = !knowsTheExpectation;
        await using var service = RawService.Start(async connection =>
        {
            while (await connection.ReadHeadAsync() is { } head)
            {
                if (knowsTheExpectation && head.Contains("\r\nExpect: 100-continue", StringComparison.Ordinal))
                {
                    isAsked = true;
                    await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
                }

                var body = head.StartsWith("POST", StringComparison.Ordinal) ? await connection.ReadAsync() : "again";
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{body}");
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        await using var stream = await SendAsync(gateway, url, Head + "Content-Length: 5\r\n\r\n");

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await ReadToAsync(stream, "\r\n\r\n"));
        Assert.True(isAsked);
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"helloGET /next HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"), Cancel);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await ReadToAsync(stream, "\r\n\r\nhello"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await ReadToAsync(stream, "\r\n\r\nagain"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("401 Unauthorized", "Content-Length: 1048576")]
    [InlineData("413 Content Too Large", "Transfer-Encoding: chunked")]
    [InlineData("417 Expectation Failed", "Content-Length: 2000")]
    public async Task Post_ServiceRefuses_ClientIsNotAskedAndTheConnectionEnds(string status, string framing)
    {
        var rest = new TaskCompletionSource<string?>();
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno");
            rest.SetResult(await connection.ReadAsync());
        });
        await using var gateway = await GatewayHost.StartAsync();

        await using var stream = await SendAsync(gateway, gateway.UrlOf(gateway.Expose(service.Port), service.Port), Head + framing + "\r\n\r\n");
        var answer = await ReadToAsync(stream, "\r\n\r\nno");

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Null(await rest.Task.WaitAsync(Eventually.Deadline, Cancel));
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(10 << 20)]
    public async Task Post_ServiceRefusesAClientThatDoesNotWait_ItsAnswerArrives(int size)
    {
        await using var service = RawService.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
            await connection.DrainAsync();
        });
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);

        var answer = await RawClient.ExchangeAsync(
            gateway, url.Host, [$"{Head}Content-Length: {size}\r\n\r\n".Replace("{host}", url.Authority, StringComparison.Ordinal), new string('x', size)]);

        Assert.StartsWith("HTTP/1.1 401 Unauthorized\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nno", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("413", true)]
    [InlineData("404", false)]
    public async Task Post_GatewayRefuses_ClientIsNotAskedAndTheConnectionEnds(string status, bool isExposed)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(isExposed ? 4000 : 4001, new() { MaxBodyBytes = 3 }, []));

        await using var stream = await SendAsync(gateway, gateway.UrlOf(podId, 4000), Head + "Content-Length: 5\r\n\r\n");
        var answer = await ReadToAsync(stream, "}");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_OverHttp10_ExpectationIsIgnored()
    {
        await using var service = await HttpService.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Headers.Expect}|{await reader.ReadToEndAsync()}");
        });
        await using var gateway = await GatewayHost.StartAsync();

        var answer = await RawClient.SendAsync(
            gateway, gateway.Expose(service.Port), service.Port,
            "POST / HTTP/1.0\r\nHost: {host}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n|hello", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_OlderForm_ReadsToo()
    {
        await using var body = new AwaitedBody(new MemoryStream("hello"u8.ToArray()));
        var buffer = new byte[6];

#pragma warning disable CA1835 // It is what this is about.
        Assert.Equal(5, await body.ReadAsync(buffer, 1, 5, Cancel));
#pragma warning restore CA1835

        Assert.Equal("\0hello"u8, buffer);
    }

    [Theory]
    [InlineData("/refuse", "401 0")]
    [InlineData("/read", "200 5000000")]
    public async Task Upload_Curl_SendsItsFileOnlyWhenTheServiceReads(string path, string expected)
    {
        using var directory = new TempDirectory();
        var file = directory.File("upload");
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(5_000_000), Cancel);
        await using var service = await HttpService.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/read" ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
            if (context.Request.Path == "/read")
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port, path);

        var output = await RealProgram.OutputOfAsync("curl", [
            "-sS", "--http1.1", "--cacert", gateway.CertificatePath, "-H", "Expect: 100-continue", "--expect100-timeout", "600",
            "-T", file, "-w", "%{http_code} %{size_upload}", $"{url}"]);

        Assert.Equal(expected, output);
    }

    private static async Task<Stream> SendAsync(GatewayHost gateway, Uri url, string request)
    {
        var stream = await gateway.ConnectAsync(url.Host);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.Replace("{host}", url.Authority, StringComparison.Ordinal)), Cancel);
        return stream;
    }

    // Byte by byte, so that nothing of what follows is taken.
    private static async Task<string> ReadToAsync(Stream stream, string end)
    {
        var (text, one) = (new StringBuilder(), new byte[1]);
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            Assert.Equal(1, await stream.ReadAsync(one, Cancel));
            text.Append((char)one[0]);
        }

        return text.ToString();
    }
}
