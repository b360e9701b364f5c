using System.Net;
using System.Runtime.CompilerServices;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Bench;

/// <summary>Pods without processes: every pod runs at once and answers at one address, so that only the console's own work is measured.</summary>
internal sealed class BenchRuntime(IPAddress address) : IPodRuntime
{
    public string Kind => "LocalProcess";

    public RuntimeCapabilities Capabilities { get; } = new(false, false, true, "bind to $POD_IP", "bench");

    public Task<StartResult> StartAsync(PodSpec spec, CancellationToken cancellationToken) =>
        Task.FromResult(new StartResult(Instance(spec.Generation), null));

    public Task<PodInstance?> InspectAsync(PodId podId, CancellationToken cancellationToken) =>
        Task.FromResult<PodInstance?>(Instance(1));

    public Task StopAsync(PodId podId, TimeSpan grace, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ClearDisksAsync(PodId podId, int currentDiskGeneration, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RemoveAsync(PodId podId, CancellationToken cancellationToken) => Task.CompletedTask;

    public void WritePorts(PodId podId, string ports)
    {
    }

    public PortHolder FindPortHolder(PodId podId, IPAddress address, int port) => new(PortHolderKind.Pod);

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(
        PodId podId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public void OnChange(Action<PodId> changed)
    {
    }

    private PodInstance Instance(int generation) =>
        new(generation, true, address, DateTime.UnixEpoch, null, null, null);
}
