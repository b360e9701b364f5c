using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PodConsole.Runtimes.LocalProcess;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Processes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Crash;

/// <summary>
/// A pod with many TCP ports that echo. Its name and its other ports are edited without a pause; it knows what was acknowledged, and
/// what was under way when the console died.
/// </summary>
internal sealed class MappedPod
{
    private const int FirstPort = 5000;

    private readonly string _id;
    private readonly PodDirectory _directory;
    private readonly ProcessIdentity _program;
    private readonly string[] _ports;
    private readonly IPEndPoint[] _mappings;
    private State _acknowledged, _underWay;
    private int _edits;

    private MappedPod(string id, PodDirectory directory, string[] ports, State state)
    {
        (_id, _directory, _ports) = (id, directory, ports);
        (_acknowledged, _underWay) = (state, state);
        _program = directory.ReadState()!.Program!.Value;
        _mappings = [.. state.Mappings!.Split(' ').Select(mapping => IPEndPoint.Parse(mapping.Split('=')[1]))];
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>How many edits were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Deploys a pod with so many TCP ports, and waits until it runs.</summary>
    public static async Task<MappedPod> DeployAsync(CrashingConsole console, int count)
    {
        string[] numbers = [.. Enumerable.Range(FirstPort, count).Select(number => $"{number}")];
        string[] ports = ["4000/http", .. numbers.Select(number => $"{number}/tcp")];
        using var created = await console.Client.PostAsJsonAsync(
            "/v2/pods",
            new { name = "new", templateId = "pod-console-demo", ports, env = new Dictionary<string, string> { ["DEMO_TCP_PORTS"] = string.Join(',', numbers) } },
            Cancelled);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = (string)(await created.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!;
        JsonNode? pod = null;
        await Eventually.TrueAsync(
            async () => (string)(pod = (await console.ReadPodsAsync())[id])["status"]! == "RUNNING", "the pod runs");
        return new(id, new(Path.Combine(console.Paths.Pods, id)), ports, State.Of(pod!));
    }

    /// <summary>Edits until the console is gone.</summary>
    public async Task WriteAsync(HttpClient client)
    {
        try
        {
            while (true)
            {
                var number = ++_edits;
                string[] ports = [.. _ports, .. number % 2 == 0 ? ["9000/tcp"] : Array.Empty<string>(), $"{8000 + number % 100}/http"];
                _underWay = new($"edit-{number}", string.Join(' ', ports), null);
                using var answer = await client.PatchAsJsonAsync($"/v2/pods/{_id}", new { name = _underWay.Name, ports }, Cancelled);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                _acknowledged = State.Of((await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!);
                Acknowledged++;
            }
        }
        catch (HttpRequestException)
        {
            // The console was killed; only the last edit is not known to be saved.
        }
    }

    /// <summary>
    /// Checks that the pod is as it was acknowledged last, or as the edit under way left it, never in between; and that its program is
    /// the one that ran all along, and the only one.
    /// </summary>
    public void Verify(IReadOnlyDictionary<string, JsonNode> pods)
    {
        var found = State.Of(pods[_id]);
        Assert.True(
            found == _acknowledged || found == _underWay with { Mappings = found.Mappings },
            $"Found {found}, acknowledged {_acknowledged}, under way {_underWay}");
        Assert.StartsWith(string.Join(' ', _mappings.Select((mapping, index) => $"{FirstPort + index}={mapping}")), found.Mappings, StringComparison.Ordinal);
        Assert.Equal("RUNNING", (string)pods[_id]["status"]!);
        Assert.Equal(_program, _directory.ReadState()!.Program);
        Assert.Equal([_program], ProcessTree.LeftOversOf(null, PodVariables.Cookie(_id)));
        _acknowledged = found;
    }

    /// <summary>Waits until each mapping leads to the pod.</summary>
    public Task EchoAsync() => Task.WhenAll(_mappings.Select(mapping => Eventually.TrueAsync(() => EchoesAsync(mapping), $"{mapping} echoes")));

    private static async Task<bool> EchoesAsync(IPEndPoint mapping)
    {
        try
        {
            using var socket = await TcpGateway.ConnectAsync(mapping);
            await socket.SendTextAsync("x");
            return await socket.ReadTextAsync(1) == "x";
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false; // Not open yet, or the demo has not opened its port yet.
        }
    }

    // What an edit can change, and the external ports that were leased for it: "5000=127.0.0.1:20000 …".
    private sealed record State(string Name, string Ports, string? Mappings)
    {
        public static State Of(JsonNode pod) => new(
            (string)pod["name"]!,
            string.Join(' ', pod["ports"]!.AsArray().Select(port => (string)port!)),
            string.Join(' ', pod["runtime"]!["ports"]!.AsArray().Where(port => (string)port!["type"]! == "tcp").Select(port => $"{port!["private"]}={port["ip"]}:{port["public"]}")));
    }
}
