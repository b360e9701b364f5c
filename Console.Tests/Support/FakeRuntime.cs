using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Tests.Support;

/// <summary>A runtime without processes: tests say what it reports, and when.</summary>
internal sealed class FakeRuntime : IPodRuntime
{
    private readonly ConcurrentDictionary<PodId, PodInstance> _instances = new();
    private readonly ConcurrentDictionary<PodId, IReadOnlyList<LogLine>> _logs = new();
    private readonly ConcurrentQueue<(PodId PodId, string What)> _calls = new();
    private Action<PodId> _changed = static _ => { };
    private TaskCompletionSource _logWritten = NewSignal();

    public string Kind { get; init; } = "LocalProcess";

    public RuntimeCapabilities Capabilities { get; set; } = new(
        DiskSizesEnforced: false, SharesConsoleUser: true, CanBindPrivilegedPorts: false, BindHint: "bind to $POD_IP", SshUser: "console");

    /// <summary>The address of pods that start.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>Runs within each start, before it ends.</summary>
    public Func<PodSpec, Task>? BeforeStart { get; set; }

    /// <summary>Runs within each stop, before it ends.</summary>
    public Func<PodId, Task>? BeforeStop { get; set; }

    /// <summary>Decides how a start ends; null lets it succeed.</summary>
    public Func<PodSpec, StartResult>? OnStart { get; set; }

    /// <summary>Who holds a port; by default the pod, always.</summary>
    public Func<PodId, IPAddress, int, PortHolder> PortHolder { get; set; } = static (_, _, _) => new(PortHolderKind.Pod);

    /// <summary>Who is known to hold a port by asking the kernel alone; by default that is not enough, ever.</summary>
    public Func<PodId, IPAddress, int, PortHolder?> KnownPortHolder { get; set; } = static (_, _, _) => null;

    /// <summary>Every start that was asked for, in order.</summary>
    public ConcurrentQueue<PodSpec> Starts { get; } = new();

    /// <summary>What was done to a pod, in order: <c>start 1</c>, <c>stop</c>, <c>clear 2</c>, <c>remove</c>.</summary>
    public IReadOnlyList<string> CallsOf(PodId podId) => [.. _calls.Where(call => call.PodId == podId).Select(call => call.What)];

    /// <summary>Every pod whose disks were cleared, with the disk generation that stayed.</summary>
    public ConcurrentQueue<(PodId PodId, int DiskGeneration)> Cleared { get; } = new();

    /// <summary>Every pod that was removed.</summary>
    public ConcurrentQueue<PodId> Removed { get; } = new();

    /// <summary>Changes what the runtime reports of a pod (null: nothing is there) and tells the listener.</summary>
    public void Report(PodId podId, PodInstance? instance)
    {
        if (instance is null)
        {
            _instances.TryRemove(podId, out _);
        }
        else
        {
            _instances[podId] = instance;
        }

        _changed(podId);
    }

    /// <summary>Lets a running pod end with this exit code.</summary>
    public void End(PodId podId, int exitCode) =>
        Report(podId, _instances[podId] with { IsRunning = false, Address = null, ExitCode = exitCode, ProcessId = null });

    /// <summary>Adds to a pod's output; whoever follows it reads the new lines.</summary>
    public void WriteLogs(PodId podId, params IReadOnlyList<LogLine> lines)
    {
        _logs.AddOrUpdate(podId, lines, (_, present) => [.. present, .. lines]);
        Interlocked.Exchange(ref _logWritten, NewSignal()).SetResult();
    }

    public async Task<StartResult> StartAsync(PodSpec spec, CancellationToken cancellationToken)
    {
        if (_instances.TryGetValue(spec.PodId, out var present) && present.Generation == spec.Generation)
        {
            return new StartResult(present, null);
        }

        Starts.Enqueue(spec);
        _calls.Enqueue((spec.PodId, $"start {spec.Generation}"));
        if (BeforeStart is { } run)
        {
            await run(spec);
        }

        var result = OnStart?.Invoke(spec)
            ?? new StartResult(new PodInstance(spec.Generation, true, Address, DateTime.UtcNow, null, null, 1000 + Starts.Count), null);
        if (result.Instance is { } instance)
        {
            _instances[spec.PodId] = instance;
        }

        return result;
    }

    public Task<PodInstance?> InspectAsync(PodId podId, CancellationToken cancellationToken) =>
        Task.FromResult(_instances.GetValueOrDefault(podId));

    public async Task StopAsync(PodId podId, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (BeforeStop is { } run)
        {
            await run(podId);
        }

        if (_instances.TryGetValue(podId, out var instance) && instance.IsRunning)
        {
            _calls.Enqueue((podId, "stop"));
            End(podId, exitCode: 143);
        }
    }

    public Task ClearDisksAsync(PodId podId, int currentDiskGeneration, CancellationToken cancellationToken)
    {
        _calls.Enqueue((podId, $"clear {currentDiskGeneration}"));
        Cleared.Enqueue((podId, currentDiskGeneration));
        return Task.CompletedTask;
    }

    public Task RemoveAsync(PodId podId, CancellationToken cancellationToken)
    {
        _instances.TryRemove(podId, out _);
        _calls.Enqueue((podId, "remove"));
        Removed.Enqueue(podId);
        return Task.CompletedTask;
    }

    /// <summary>The last mapping of ports that each pod was told.</summary>
    public ConcurrentDictionary<PodId, string> Ports { get; } = new();

    public void WritePorts(PodId podId, string ports) => Ports[podId] = ports;

    public string? PortsFileOf(PodId podId) => $"/pods/{podId}/ports.json";

    public PortHolder FindPortHolder(PodId podId, IPAddress address, int port) => PortHolder(podId, address, port);

    public PortHolder? FindKnownPortHolder(PodId podId, IPAddress address, int port) => KnownPortHolder(podId, address, port);

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(
        PodId podId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = query.AfterSequence ?? -1;
        var most = query.AfterSequence is null ? query.Tail : int.MaxValue;
        do
        {
            var written = _logWritten.Task;
            foreach (var line in _logs.GetValueOrDefault(podId, []).Where(line => line.Sequence > last).TakeLast(most).ToList())
            {
                last = line.Sequence;
                yield return line;
            }

            most = int.MaxValue;
            if (query.Follow)
            {
                await written.WaitAsync(cancellationToken);
            }
        }
        while (query.Follow);
    }

    public void OnChange(Action<PodId> changed) => _changed = changed;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
