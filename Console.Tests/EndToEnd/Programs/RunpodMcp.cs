using System.Diagnostics;
using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>
/// A console and Runpod's own client of its v2 API (npm package @runpod/mcp-server), unchanged: a program that is told by lines of
/// JSON-RPC on its standard input which operation to call.
/// </summary>
public sealed class RunpodMcp : IAsyncLifetime
{
    private readonly SemaphoreSlim _one = new(1);
    private Process _process = null!;
    private Task<string> _errors = null!;
    private int _lastId;

    internal ConsoleHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var program = Path.Combine(
            Repository.Root, "Console.Tests", "EndToEnd", "Programs", "node_modules", "@runpod", "mcp-server", "dist", "stdio.mjs");
        Assert.True(File.Exists(program), "The npm package @runpod/mcp-server is missing: eng/test.sh installs it.");
        Host = await ConsoleHost.StartAsync();
        var info = new ProcessStartInfo("node", [program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["RUNPOD_API_BASE_URL"] = Host.Url.GetLeftPart(UriPartial.Authority);
        info.Environment["RUNPOD_API_KEY"] = ConsoleHost.ApiKey;
        info.Environment["NODE_EXTRA_CA_CERTS"] = Host.CertificatePath;
        _process = Process.Start(info)!;
        _errors = _process.StandardError.ReadToEndAsync();
        await AskAsync("initialize", new()
        {
            ["protocolVersion"] = "2025-06-18",
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "tests", ["version"] = "1.0" },
        });
        await SendAsync(new() { ["jsonrpc"] = "2.0", ["method"] = "notifications/initialized" });
    }

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonNode> CallAsync(string tool, string arguments = "{}")
    {
        var (isError, answer) = await TryAsync(tool, arguments);
        Assert.False(isError, $"{tool} {arguments}: {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>Calls an operation that must fail.</summary>
    public async Task<JsonNode> RefusalOfAsync(string tool, string arguments)
    {
        var (isError, answer) = await TryAsync(tool, arguments);
        Assert.True(isError, $"{tool} {arguments}: {answer.ToJsonString()}");
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _one.Dispose();
        await Host.DisposeAsync();
    }

    private async Task<(bool IsError, JsonNode Answer)> TryAsync(string tool, string arguments)
    {
        var result = await AskAsync("tools/call", new() { ["name"] = tool, ["arguments"] = JsonNode.Parse(arguments) });
        return ((bool?)result["isError"] == true, JsonNode.Parse((string)result["content"]![0]!["text"]!)!);
    }

    private async Task<JsonNode> AskAsync(string method, JsonObject parameters)
    {
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var id = ++_lastId;
            await SendAsync(new() { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
            while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (JsonNode.Parse(line)! is { } message && (int?)message["id"] == id)
                {
                    return message["result"] ?? throw new InvalidDataException(line);
                }
            }

            throw new InvalidDataException($"The client ended:\n{await _errors}");
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task SendAsync(JsonObject message)
    {
        await _process.StandardInput.WriteLineAsync(message.ToJsonString());
        await _process.StandardInput.FlushAsync();
    }
}
