using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PodConsole.Runtimes.LocalProcess;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Tests.EndToEnd.Crash;

/// <summary>Deploys a pod, takes it away, deploys the next; what was not acknowledged it asks for again, with the same key.</summary>
internal sealed class PodsWriter
{
    private const string Prefix = "key-";

    private readonly List<string> _gone = [];
    private string _key = NewKey();
    private string? _pod;
    private bool _isLeaving;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>How many pods were acknowledged to be there, and to be gone.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Deploys and terminates until the console is gone.</summary>
    public async Task WriteAsync(HttpClient client)
    {
        try
        {
            while (true)
            {
                await (_pod is null ? DeployAsync(client) : TerminateAsync(client, _pod));
                Acknowledged++;
            }
        }
        catch (HttpRequestException)
        {
            // The console was killed.
        }
    }

    /// <summary>Checks that what was acknowledged is so, and that what was asked for twice is there once at most.</summary>
    public void Verify(IReadOnlyDictionary<string, JsonNode> pods)
    {
        var found = pods.Where(pod => (string)pod.Value["name"]! == _key).Select(pod => pod.Key).ToList();
        if (_pod is not null && !_isLeaving)
        {
            Assert.Equal([_pod], found);
        }
        else
        {
            Assert.InRange(found.Count, 0, 1);
        }

        Assert.Empty(_gone.Intersect(pods.Keys));
        Assert.Equal(found, [.. pods.Where(pod => ((string)pod.Value["name"]!).StartsWith(Prefix, StringComparison.Ordinal)).Select(pod => pod.Key)]);
    }

    /// <summary>Processes that are left of pods that are gone.</summary>
    public int CountLeftOvers() => _gone.Sum(id => ProcessTree.LeftOversOf(null, PodVariables.Cookie(id)).Count);

    private static string NewKey() => $"{Prefix}{Guid.NewGuid():N}";

    private async Task DeployAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/pods")
        {
            Headers = { { "Idempotency-Key", _key } },
            Content = JsonContent.Create(new { name = _key, image = "sleep", args = "infinity", ports = new[] { "7000/tcp", "70000/tcp" } }),
        };
        using var answer = await client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        _pod = (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!;
    }

    private async Task TerminateAsync(HttpClient client, string pod)
    {
        var wasLeaving = _isLeaving;
        _isLeaving = true;
        using var answer = await client.DeleteAsync($"/v2/pods/{pod}", Cancelled);
        Assert.True(
            answer.StatusCode == HttpStatusCode.NoContent || (wasLeaving && answer.StatusCode == HttpStatusCode.NotFound), $"{answer.StatusCode}");
        _gone.Add(pod);
        (_pod, _isLeaving, _key) = (null, false, NewKey());
    }
}
