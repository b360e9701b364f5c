using System.Collections.Concurrent;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Tests.Support;

/// <summary>A publisher without a data plane: it records each call, and shows what the test tells it to.</summary>
internal sealed class RecordingPublisher(PodFeed feed) : IPortPublisher
{
    private readonly ConcurrentDictionary<PodId, Exposure> _exposures = new();
    private readonly ConcurrentDictionary<(PodId PodId, PortKey Key), int> _connections = new();

    /// <summary>Every pod that was published, in order.</summary>
    public ConcurrentQueue<PodId> Published { get; } = new();

    /// <summary>Runs within each publish, before its report.</summary>
    public Func<PodId, Task>? OnPublish { get; set; }

    /// <summary>Replaces the report on a pod and ticks, as a publish does.</summary>
    public void Show(Exposure exposure)
    {
        _exposures[exposure.PodId] = exposure;
        feed.Tick(exposure.PodId);
    }

    /// <summary>Sets what <see cref="CountConnections"/> answers.</summary>
    public void SetConnections(PodId podId, PortKey key, int count) => _connections[(podId, key)] = count;

    public int CountOf(PodId podId) => Published.Count(item => item == podId);

    public async Task<Exposure> PublishAsync(PodId podId)
    {
        Published.Enqueue(podId);
        if (OnPublish is { } run)
        {
            await run(podId);
        }

        return Find(podId);
    }

    public Exposure Find(PodId podId) => _exposures.GetValueOrDefault(podId) ?? Exposure.None(podId);

    public int CountConnections(PodId podId, PortKey key) => _connections.GetValueOrDefault((podId, key));
}
