using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>Programs that people use, against a pod's HTTPS address.</summary>
public sealed class RealProgramsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--http1.1", "HTTP/1.1 200")]
    [InlineData("--http2", "HTTP/2 200")]
    public async Task Curl_EitherProtocol_ReachesThePodByItsName(string protocol, string status)
    {
        await using var host = await ConsoleHost.StartAsync();
        var podId = await DemoPods.DeployAsync(host);

        var (exitCode, output) = await RunAsync("curl", null, "-sSi", protocol, "--cacert", host.CertificatePath, $"{host.UrlOf(podId.Value, 4000)}");

        Assert.Equal(0, exitCode);
        Assert.StartsWith(status, output, StringComparison.Ordinal);
        Assert.Contains(podId.Value, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_Upload_ArrivesComplete()
    {
        await using var host = await ConsoleHost.StartAsync();
        var podId = await DemoPods.DeployAsync(host);
        using var directory = new TempDirectory();
        var file = directory.File("upload");
        await File.WriteAllBytesAsync(file, new byte[5_000_000], Cancelled);

        var (exitCode, output) = await RunAsync(
            "curl", null, "-sS", "--cacert", host.CertificatePath, "-T", file, $"{host.UrlOf(podId.Value, 4000, "/upload")}");

        Assert.Equal(0, exitCode);
        Assert.Contains("5000000", output, StringComparison.Ordinal);
    }

    // Node asks the system's resolver, which need not know names below localhost: the program brings its own look-up.
    [Fact]
    public async Task Node_WithItsOwnLookUp_FetchesAndSpeaksWebSocket()
    {
        await using var host = await ConsoleHost.StartAsync();
        var podId = await DemoPods.DeployAsync(host);
        const string Script = """
            const https = require("https");
            const url = new URL(process.argv[1]);
            const options = { lookup: (name, o, done) => o.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4) };
            https.get(url, options, response => {
              console.log("status", response.statusCode);
              response.resume().on("end", () => {
                const request = https.get(new URL("/ws", url), { ...options, headers: {
                  Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": 13, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" } });
                request.on("upgrade", (answer, socket) => {
                  // One masked text frame (RFC 6455, 5.2) whose mask is zero; the answer comes back unmasked.
                  socket.write(Buffer.concat([Buffer.from([0x81, 0x85, 0, 0, 0, 0]), Buffer.from("hello")]));
                  socket.on("data", data => { console.log("echo", data.subarray(-5).toString()); socket.destroy(); });
                });
              });
            });
            """;

        var (exitCode, output) = await RunAsync("node", host.CertificatePath, "-e", Script, $"{host.UrlOf(podId.Value, 4000)}");

        Assert.Equal((0, "status 200\necho hello\n"), (exitCode, output));
    }

    private static Task<(int ExitCode, string Output)> RunAsync(string program, string? authority, params IEnumerable<string> arguments) =>
        RealProgram.RunAsync(program, arguments, null, ("NODE_EXTRA_CA_CERTS", authority ?? ""));
}
