using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Hosting;

/// <summary>Forms for the console itself that hardly come, from anybody.</summary>
public sealed class SlowBodyTests
{
    private const string Form = "application/x-www-form-urlencoded";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sign-out", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n")]
    [InlineData("/sign-out", "Content-Length: 9\r\n\r\na")]
    [InlineData("/sign-in", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n")]
    public async Task Post_BodyThatHardlyComesOverHttp1_IsAnsweredSoon(string path, string rest)
    {
        await using var console = await ConsoleHost.StartAsync("Gateway:SlowClientTimeout=00:00:02");
        using var handler = console.NewHandler();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, console.Url.Port, Cancel);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = handler.SslOptions.CertificateChainPolicy }, Cancel);

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {console.Url.Authority}\r\nContent-Type: {Form}\r\n{rest}"), Cancel);
        using var deadline = NewDeadline();
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(deadline.Token);

        Assert.Matches("^HTTP/1.1 (302|400|408) ", status);
    }

    [Theory]
    [InlineData("/sign-out", null)]
    [InlineData("/sign-out", 9)]
    [InlineData("/sign-in", null)]
    public async Task Post_BodyThatHardlyComesOverHttp2_IsAnsweredSoonBesideOthers(string path, int? length)
    {
        await using var console = await ConsoleHost.StartAsync("Gateway:SlowClientTimeout=00:00:02");
        using var handler = console.NewHandler();
        handler.AllowAutoRedirect = false;
        using var client = new HttpClient(handler)
        {
            BaseAddress = console.Url,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Eventually.Deadline,
        };
        using var deadline = NewDeadline();
        using var content = new StuckContent(length, deadline.Token);

        using var answer = await client.PostAsync(path, content, Cancel);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.BadRequest });
        Assert.Equal("live", await client.GetStringAsync("/health/live", Cancel));
        await deadline.CancelAsync();
    }

    private static CancellationTokenSource NewDeadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Eventually.Deadline);
        return deadline;
    }

    /// <summary>One byte, after which nothing comes.</summary>
    private sealed class StuckContent : HttpContent
    {
        private readonly CancellationToken _stop;

        public StuckContent(int? length, CancellationToken stop)
        {
            _stop = stop;
            Headers.ContentType = new MediaTypeHeaderValue(Form);
            Headers.ContentLength = length;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("a"u8.ToArray(), _stop);
            await stream.FlushAsync(_stop);
            await Task.Delay(Timeout.Infinite, _stop);
        }

        protected override bool TryComputeLength(out long length) => (length = 0) > 0;
    }
}
