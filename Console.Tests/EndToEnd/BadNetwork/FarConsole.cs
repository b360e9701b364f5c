using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.BadNetwork;

/// <summary>A console at the far end of a line, with a pod of the demo.</summary>
internal sealed class FarConsole : IAsyncDisposable
{
    private readonly TempDirectory _data;
    private readonly ConsoleProcess _console;

    private FarConsole(TempDirectory data, ConsoleProcess console, HttpClient client) => (_data, _console, Client) = (data, console, client);

    /// <summary>A client of the console and its pods at the near end, which speaks to both over the line.</summary>
    public HttpClient Client { get; }

    /// <summary>The address of the demo.</summary>
    public Uri PodUrl { get; private set; } = null!;

    /// <summary>The external port of its TCP echo.</summary>
    public int EchoPort { get; private set; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<FarConsole> StartAsync(BadLine line)
    {
        var data = new TempDirectory();
        var arguments = ConsoleArguments.New(
            data.Path, $"Console:AdminEmail={ConsoleHost.Email}", $"Console:AdminPassword={ConsoleHost.Password}", $"Console:AdminApiKey={ConsoleHost.ApiKey}",
            $"Gateway:BindAddress={BadLine.FarAddress}", $"Gateway:PublicAddresses:0:Address={BadLine.FarAddress}");
        var process = ConsoleProcess.StartIn(line.Far, arguments.Values);
        var client = await process.WaitUntilReadyAsync(
            arguments.Url, data.Path, async (port, cancellation) => new NetworkStream(await line.ConnectAsync(port, cancellation), ownsSocket: true));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ConsoleHost.ApiKey);
        var console = new FarConsole(data, process, client);
        try
        {
            await console.DeployAsync(arguments);
            return console;
        }
        catch
        {
            await console.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _console.Dispose();
        await LeftoverPods.RemoveAsync(new DataPaths(_data.Path));
        _data.Dispose();
    }

    private async Task DeployAsync(ConsoleArguments arguments)
    {
        using var created = await Client.PostAsJsonAsync(
            "/v2/pods", new { name = "far", templateId = "pod-console-demo", ports = new[] { "4000/http", "70000/tcp" } }, Cancelled);
        var podId = (string)(await created.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!;
        PodUrl = new($"https://{podId}-4000.proxy.localhost:{arguments.HttpsPort}");
        await Eventually.TrueAsync(AnswersAsync, "the demo answers");
        var pod = await Client.GetFromJsonAsync<JsonNode>($"/v2/pods/{podId}", Cancelled);
        EchoPort = (int)pod!["runtime"]!["ports"]!.AsArray().Single(port => (string)port!["type"]! == "tcp")!["public"]!;
    }

    private async Task<bool> AnswersAsync()
    {
        using var answer = await Client.GetAsync(PodUrl, Cancelled);
        return answer.IsSuccessStatusCode;
    }
}
