using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>The WebSocket client that Node programs use (npm package ws).</summary>
public sealed class NodeWsTests
{
    private const string Script = """
        const WebSocket = require("ws");
        const lookup = (name, options, done) => options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
        const socket = new WebSocket(process.argv[2], ["chat"], { lookup, perMessageDeflate: process.argv[3] === "deflate", maxPayload: 64 << 20 });
        const large = Buffer.alloc(16 << 20, "podconsole");
        socket.on("error", error => { console.log("error", error.message); process.exit(1); });
        socket.on("open", () => { console.log("open", socket.protocol); socket.ping("are you there"); });
        socket.on("pong", data => { console.log("pong", data.toString()); socket.send("text ✓"); });
        socket.on("message", (data, isBinary) => {
          if (!isBinary) { console.log("text", data.toString()); socket.send(large); }
          else { console.log("binary", data.length, data.equals(large)); socket.close(4001, "done"); }
        });
        socket.on("close", (code, reason) => console.log("close", code, reason.toString()));
        """;

    [Theory]
    [InlineData("plain")]
    [InlineData("deflate")]
    public async Task Ws_TextBinaryPingAndClose_PassThrough(string compression)
    {
        var modules = Path.Combine(Repository.Root, "Console.Tests", "EndToEnd", "Programs", "node_modules");
        Assert.True(Directory.Exists(Path.Combine(modules, "ws")), "The npm package ws is missing: eng/test.sh installs it.");
        using var directory = new TempDirectory();
        var script = directory.File("client.js");
        await File.WriteAllTextAsync(script, Script, TestContext.Current.CancellationToken);
        await using var service = await HttpService.StartAsync(EchoAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var url = new UriBuilder(gateway.UrlOf(gateway.Expose(service.Port), service.Port)) { Scheme = "wss" }.Uri;

        var output = await RealProgram.OutputOfAsync(
            "node", [script, $"{url}", compression], null, ("NODE_PATH", modules), ("NODE_EXTRA_CA_CERTS", gateway.CertificatePath));

        Assert.Equal("open chat\npong are you there\ntext text ✓\nbinary 16777216 true\nclose 4001 done\n", output);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = "chat", DangerousEnableCompression = true });
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
        {
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, socket.CloseStatusDescription, context.RequestAborted);
    }
}
