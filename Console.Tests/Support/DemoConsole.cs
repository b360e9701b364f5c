using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;

namespace PodConsole.Tests.Support;

/// <summary>A console in a process of its own, with one pod of the demo, its page on port 4000 and its TCP echo: what it uses can be told from what the test uses.</summary>
internal sealed class DemoConsole : IAsyncDisposable
{
    private readonly TempDirectory _data;
    private readonly ConsoleProcess _console;

    private DemoConsole(TempDirectory data, ConsoleProcess console, HttpClient client, PodId podId, IPEndPoint echo) =>
        (_data, _console, Client, PodId, Echo) = (data, console, client, podId, echo);

    /// <summary>A client of the console, with the administrator's key.</summary>
    public HttpClient Client { get; }

    /// <summary>The pod.</summary>
    public PodId PodId { get; }

    /// <summary>Where the echo is reached from outside.</summary>
    public IPEndPoint Echo { get; }

    /// <summary>The certificate file of the console's authority.</summary>
    public string CertificatePath => _data.File("certificates/pod-console-ca.crt");

    /// <summary>
    /// Environment variables with which garbage is collected often: what the console holds is measured, not what it let go of and
    /// its collector has yet to come across.
    /// </summary>
    public static KeyValuePair<string, string>[] OftenCollected { get; } =
        [new("DOTNET_GCgen0size", "0x40000"), new("DOTNET_GCgen0MaxBudget", "0x40000")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts one, with settings <c>Key=value</c> beside its own.</summary>
    public static Task<DemoConsole> StartAsync(params string[] settings) => StartAsync([], settings);

    /// <summary>The same, with environment variables besides the tests' own.</summary>
    public static async Task<DemoConsole> StartAsync(IEnumerable<KeyValuePair<string, string>> variables, params string[] settings)
    {
        var data = new TempDirectory();
        var arguments = ConsoleArguments.New(
            data.Path,
            [$"Console:AdminEmail={ConsoleHost.Email}", $"Console:AdminPassword={ConsoleHost.Password}", $"Console:AdminApiKey={ConsoleHost.ApiKey}", .. settings]);
        var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, AppContext.BaseDirectory, arguments.Values, variables);
        var client = await console.WaitUntilReadyAsync(arguments.Url, data.Path);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ConsoleHost.ApiKey);
        using var created = await client.PostAsJsonAsync(
            "/v2/pods", new { name = "load", templateId = "pod-console-demo", ports = new[] { "4000/http", "70000/tcp" } }, Cancelled);
        var podId = (string)(await created.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!;
        JsonNode? mapping = null;
        await Eventually.TrueAsync(
            async () => (mapping = (await client.GetFromJsonAsync<JsonNode>($"/v2/pods/{podId}", Cancelled))!["runtime"]?["ports"]?.AsArray().SingleOrDefault(port => (string)port!["type"]! == "tcp")) is not null,
            "the pod runs");
        var echo = new IPEndPoint(IPAddress.Parse((string)mapping!["ip"]!), (int)mapping["public"]!);
        await Eventually.TrueAsync(() => AnswersAsync(echo), "the echo answers");
        return new(data, console, client, PodId.Parse(podId), echo);
    }

    /// <summary>Memory of its own, in bytes: without files and without the kernel's.</summary>
    public long Memory => MemoryOf(_console.Id);

    /// <summary>Descriptors that it has open.</summary>
    public int Descriptors => Directory.GetFileSystemEntries($"/proc/{_console.Id}/fd").Length;

    /// <summary>The address of the pod's page, or another path of it.</summary>
    public Uri UrlOf(string path = "/") => new(new PodSite("proxy.localhost", Client.BaseAddress!.Port).UrlOf(PodId, 4000), path);

    /// <summary>A handler that trusts the console's authority, for clients without a key.</summary>
    public Task<SocketsHttpHandler> NewHandlerAsync() => _console.NewHandlerAsync(_data.Path);

    /// <summary>Tells the console to stop as an operator does.</summary>
    public void Terminate() => _console.Terminate();

    /// <summary>Tells the console to stop as an operator does, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        _console.Terminate();
        return (await _console.WaitAsync()).ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
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
