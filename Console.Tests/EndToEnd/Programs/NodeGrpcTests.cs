using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>The gRPC client that Node programs use (npm package @grpc/grpc-js), which is stricter than .NET's.</summary>
public sealed class NodeGrpcTests
{
    private const string Script = """
        const grpc = require("@grpc/grpc-js");
        const [, , ca, port, ...authorities] = process.argv;
        const credentials = grpc.credentials.createSsl(require("fs").readFileSync(ca));
        const [echo, refusing] = authorities.map(authority => new grpc.Client(`127.0.0.1:${port}`, credentials, {
          "grpc.ssl_target_name_override": authority.split(":")[0], "grpc.default_authority": authority }));
        const same = bytes => bytes;
        const unary = (client, request) => new Promise(done => client.makeUnaryRequest(
          "/test.Echo/Unary", same, same, Buffer.from(request), (error, answer) => {
            console.log(error ? `${grpc.status[error.code]}: ${error.details}` : answer.toString());
            done();
          }));
        const download = request => new Promise(done => {
          let parts = 0;
          echo.makeServerStreamRequest("/test.Echo/Download", same, same, Buffer.from(request))
            .on("data", () => parts++)
            .on("error", error => console.log(`${grpc.status[error.code]}: ${error.details}`))
            .on("status", status => { console.log(`${parts} parts, ${grpc.status[status.code]}`); done(); });
        });
        (async () => {
          await unary(echo, "hello");
          await unary(echo, "x");
          await unary(refusing, "hello");
          await download("hello");
          echo.close();
          refusing.close();
        })();
        """;

    [Fact]
    public async Task Call_AnswerErrorsAndStream_PassThrough()
    {
        var modules = Path.Combine(Repository.Root, "Console.Tests", "EndToEnd", "Programs", "node_modules");
        Assert.True(Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js")), "The npm package @grpc/grpc-js is missing: eng/test.sh installs it.");
        using var directory = new TempDirectory();
        var script = directory.File("client.js");
        await File.WriteAllTextAsync(script, Script, TestContext.Current.CancellationToken);
        await using var server = await GrpcPort.StartAsync(tls: false);
        var (refusing, refusingUrl) = GrpcRefusal.Serve(server.Gateway);
        await using var running = refusing;

        var output = await RealProgram.OutputOfAsync(
            "node",
            [script, server.Gateway.CertificatePath, $"{server.Url.Port}", server.Url.Authority, refusingUrl.Authority],
            null,
            ("NODE_PATH", modules));

        Assert.Equal(
            """
            hello
            FAILED_PRECONDITION: one byte is too few
            NOT_FOUND: no such thing
            10 parts, OK

            """,
            output);
    }
}
