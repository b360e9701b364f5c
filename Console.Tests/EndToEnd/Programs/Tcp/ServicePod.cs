using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>A console with one pod that runs a server of people's own, reached by the external port that the pod leased.</summary>
internal sealed class ServicePod : IAsyncDisposable
{
    private readonly ConsoleHost _console;
    private readonly ApiClient _api;
    private readonly PodId _podId;
    private readonly int _port;

    private ServicePod(ConsoleHost console, ApiClient api, PodId podId, int port) => (_console, _api, _podId, _port) = (console, api, podId, port);

    /// <summary>Where the server is reached from outside.</summary>
    public IPEndPoint Address => PublishedPods.EndPointOf(Report);

    private ExposedPort Report =>
        _console.Services.GetRequiredService<IPortPublisher>().Find(_podId).Ports.Single(port => port.Key.Number == _port);

    /// <summary>Deploys a pod that runs a shell script, and waits until it listens.</summary>
    /// <param name="port">What the script's server listens on, at <c>$POD_IP</c>.</param>
    /// <param name="command">Arguments of <c>sh</c>, as in the form.</param>
    /// <param name="variables">Environment variables of the pod.</param>
    /// <param name="publicKey">The owner's SSH key.</param>
    public static async Task<ServicePod> StartAsync(
        int port, string command, IReadOnlyDictionary<string, string>? variables = null, string? publicKey = null)
    {
        var console = await ConsoleHost.StartAsync();
        var api = ApiClient.Of(console);
        if (publicKey is not null)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.PutAsync("/account/ssh-keys", JsonSerializer.Serialize(new { keys = new[] { publicKey } }))).Status);
        }

        var created = await api.PostAsync("/pods", JsonSerializer.Serialize(new
        {
            name = "server", image = "sh", args = command, env = variables ?? new Dictionary<string, string>(), ports = new[] { $"{port}/tcp" },
        }));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var pod = new ServicePod(console, api, PodId.Parse((string)created.Body!["id"]!), port);
        try
        {
            await Eventually.TrueAsync(() => pod.Report.State == PortState.Live, $"the pod listens on {port}");
            return pod;
        }
        catch
        {
            pod.ShowLog();
            await pod.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs a transfer, and then again while other ports of the pod come and go: until one transfer saw an edit from its start to its
    /// end. The port under test keeps its external number.
    /// </summary>
    public async Task TransferAsync(Func<Task> transfer)
    {
        await transfer();
        var before = Address;
        for (var edits = 0; edits == 0;)
        {
            using var done = new CancellationTokenSource();
            var editing = EditAsync(done.Token);
            try
            {
                await transfer();
            }
            finally
            {
                await done.CancelAsync();
                edits = await editing;
            }
        }

        Assert.Equal(before, Address);
    }

    /// <summary>Takes the pod away, as its owner does, so that its server ends in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _api.DeleteAsync($"/pods/{_podId}");
        var directory = Path.Combine(_console.Paths.Pods, _podId.Value);
        await Eventually.TrueAsync(() => !Directory.Exists(directory), "the pod is gone");
        _api.Dispose();
        await _console.DisposeAsync();
    }

    /// <summary>Writes a file of random bytes.</summary>
    public static async Task<string> NewFileAsync(TempDirectory directory, int megabytes)
    {
        var file = directory.File($"sent-{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(megabytes << 20), TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>Checks that two files are the same, and deletes the second.</summary>
    public static async Task AssertSameAsync(string sent, string received)
    {
        Assert.Equal(await HashAsync(sent), await HashAsync(received));
        File.Delete(received);
    }

    private static async Task<string> HashAsync(string file)
    {
        await using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, TestContext.Current.CancellationToken));
    }

    private void ShowLog()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_console.Paths.Pods, _podId.Value, "logs")))
        {
            TestContext.Current.TestOutputHelper!.WriteLine(File.ReadAllText(file));
        }
    }

    // Adds a port of each kind and removes both, three times at most; how often it did both before it was told that the transfer is over.
    private async Task<int> EditAsync(CancellationToken done)
    {
        for (var edits = 0; ; edits++)
        {
            await ExposeAsync($"{_port}/tcp", "9999/tcp", "8888/http");
            await ExposeAsync($"{_port}/tcp");
            if (done.IsCancellationRequested || edits == 3)
            {
                return edits;
            }
        }
    }

    private async Task ExposeAsync(params string[] ports) =>
        Assert.Equal(HttpStatusCode.OK, (await _api.PatchAsync($"/pods/{_podId}", JsonSerializer.Serialize(new { ports }))).Status);
}
