using Microsoft.Extensions.Logging.Abstractions;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Runtimes.LocalProcess;
using PodConsole.Tests.Support;
using PodConsole.Web.Hosting;

namespace PodConsole.Tests.Runtimes.LocalProcess;

/// <summary>The real runtime with real processes in a directory of the test's own. All of it is gone after the test.</summary>
internal sealed class ProcessPods : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<LocalProcessRuntime> _runtimes = [];
    private readonly List<PodId> _pods = [];

    public ProcessPods() => Runtime = NewConsole();

    /// <summary>The console's own executable, as the tests' output folder has it.</summary>
    public static SupervisorCommand Command { get; } = SupervisorCommand.Of(typeof(ConsoleApp).Assembly);

    public LocalProcessRuntime Runtime { get; }

    public DataPaths Paths => new(_directory.Path);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Another console on the same data, as after a restart.</summary>
    public LocalProcessRuntime NewConsole()
    {
        var runtime = new LocalProcessRuntime(Paths, Command, TimeProvider.System, NullLogger<LocalProcessRuntime>.Instance);
        _runtimes.Add(runtime);
        return runtime;
    }

    /// <summary>A pod that is not started yet.</summary>
    public PodSpec Spec(string image, params IReadOnlyList<string> arguments)
    {
        var podId = PodId.New();
        _pods.Add(podId);
        return new()
        {
            PodId = podId,
            Generation = 1,
            DiskGeneration = 1,
            Image = image,
            Arguments = arguments,
            Environment = [new("RUNPOD_POD_ID", podId.Value)],
            VolumeDiskGb = 0,
            VolumeMountPath = "/workspace",
        };
    }

    /// <summary>A pod whose program is a shell script, so that it can do anything.</summary>
    public PodSpec Script(string script, params IReadOnlyList<string> arguments) => Spec("/bin/sh", ["-c", script, "sh", .. arguments]);

    /// <summary>Starts a pod that must start.</summary>
    public async Task<PodInstance> StartAsync(PodSpec spec)
    {
        var result = await Runtime.StartAsync(spec, Cancelled);
        Assert.Null(result.Problem);
        return Assert.IsType<PodInstance>(result.Instance);
    }

    /// <summary>Starts a pod, and waits until it has ended.</summary>
    public async Task<PodInstance> RunAsync(PodSpec spec)
    {
        await StartAsync(spec);
        return await EndAsync(spec.PodId);
    }

    /// <summary>Waits until a pod has ended.</summary>
    public async Task<PodInstance> EndAsync(PodId podId)
    {
        PodInstance? instance = null;
        await Eventually.TrueAsync(
            async () => (instance = await Runtime.InspectAsync(podId, Cancelled)) is { IsRunning: false }, "the pod has ended");
        return instance!;
    }

    /// <summary>What is in a pod's log now.</summary>
    public async Task<List<LogLine>> LogAsync(PodId podId, LogQuery? query = null)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Runtime.ReadLogsAsync(podId, query ?? new(Tail: 5000), Cancelled))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Waits until the pod has written this line, and returns all that it wrote.</summary>
    public async Task<List<string>> WaitForOutputAsync(PodId podId, string text)
    {
        List<string> lines = [];
        await Eventually.TrueAsync(
            async () => (lines = [.. (await LogAsync(podId)).Select(line => line.Text)]).Contains(text), $"the pod wrote '{text}'");
        return lines;
    }

    /// <summary>A path in the pod's directory.</summary>
    public string PathOf(PodId podId, string name) => Path.Combine(Paths.Pods, podId.Value, name);

    public async ValueTask DisposeAsync()
    {
        foreach (var podId in _pods)
        {
            await Runtime.StopAsync(podId, TimeSpan.Zero, CancellationToken.None);
            await Runtime.RemoveAsync(podId, CancellationToken.None);
        }

        _runtimes.ForEach(runtime => runtime.Dispose());
        await Eventually.TrueAsync(_directory.TryDelete, "no process writes to it any more");
    }
}
