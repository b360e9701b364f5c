using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PodConsole.Domain.Settings;

namespace PodConsole.Tests.Support;

/// <summary>A console in a process of its own, with one pod of the demo and its TCP echo: what it uses can be told from what the test uses.</summary>
internal sealed class DemoConsole : IAsyncDisposable
{
    private readonly TempDirectory _data;
    private readonly ConsoleProcess _console;
    private readonly HttpClient _client;

    private DemoConsole(TempDirectory data, ConsoleProcess console, HttpClient client, IPEndPoint echo) =>
        (_data, _console, _client, Echo) = (data, console, client, echo);

    /// <summary>Where the echo is reached from outside.</summary>
    public IPEndPoint Echo { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<DemoConsole> StartAsync()
    {
        var data = new TempDirectory();
        var arguments = ConsoleArguments.New(
            data.Path, $"Console:AdminEmail={ConsoleHost.Email}", $"Console:AdminPassword={ConsoleHost.Password}", $"Console:AdminApiKey={ConsoleHost.ApiKey}");
        var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, AppContext.BaseDirectory, arguments.Values);
        var client = await console.WaitUntilReadyAsync(arguments.Url, data.Path);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ConsoleHost.ApiKey);
        using var created = await client.PostAsJsonAsync(
            "/v2/pods", new { name = "load", templateId = "pod-console-demo", ports = new[] { "70000/tcp" } }, Cancelled);
        var podId = (string)(await created.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!;
        JsonNode? mapping = null;
        await Eventually.TrueAsync(
            async () => (mapping = (await client.GetFromJsonAsync<JsonNode>($"/v2/pods/{podId}", Cancelled))!["runtime"]?["ports"]?[0]) is not null,
            "the pod runs");
        var echo = new IPEndPoint(IPAddress.Parse((string)mapping!["ip"]!), (int)mapping["public"]!);
        await Eventually.TrueAsync(() => AnswersAsync(echo), "the echo answers");
        return new(data, console, client, echo);
    }

    /// <summary>Memory of its own, in bytes: without files and without the kernel's.</summary>
    public long Memory => MemoryOf(_console.Id);

    /// <summary>Descriptors that it has open.</summary>
    public int Descriptors => Directory.GetFileSystemEntries($"/proc/{_console.Id}/fd").Length;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _console.Dispose();
        await LeftoverPods.RemoveAsync(new DataPaths(_data.Path));
        _data.Dispose();
    }


    /// <summary>Memory of a process of its own, in bytes: without files and without the kernel's.</summary>
    public static long MemoryOf(int processId) => 1024 * long.Parse(
        File.ReadLines($"/proc/{processId}/smaps_rollup").Single(line => line.StartsWith("Pss_Anon:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static async Task<bool> AnswersAsync(IPEndPoint echo)
    {
        try
        {
            using var socket = await TcpGateway.ConnectAsync(echo);
            await socket.SendTextAsync("x");
            return await socket.ReadTextAsync(1) == "x";
        }
        catch (SocketException)
        {
            return false; // The demo has not opened its port yet.
        }
    }
}
