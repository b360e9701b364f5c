using System.Collections.Concurrent;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Tcp;

namespace PodConsole.Proxy.Publishing;

/// <summary>Makes the gateway and the TCP listeners match the committed state of one pod at a time.</summary>
internal sealed partial class PortPublisher(
    IDbContextFactory<ConsoleDbContext> contexts,
    RouteTable routes,
    TcpListenerPool listeners,
    ExposureReport report,
    IEnumerable<IPodRuntime> runtimes,
    LeaseMoves moves,
    PodFeed feed,
    ILogger<PortPublisher> logger) : IPortPublisher
{
    // One at a time per pod; two pods share a gate now and then, which only makes one of them wait.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<PodId, Published> _published = new();

    /// <summary>
    /// Whether a mapping stays though its external port is taken: while the console starts, because another console on the same
    /// data may be what has it, and must not lose its mappings to a start that is about to fail.
    /// </summary>
    public bool KeepsMappings { get; set; }

    /// <inheritdoc/>
    public Task<Exposure> PublishAsync(PodId podId) => InGateAsync(podId, async () =>
    {
        var exposure = await ApplyCommittedAsync(podId);
        if (!KeepsMappings && await TryMoveAsync(podId))
        {
            exposure = await ApplyCommittedAsync(podId);
        }

        return exposure;
    });

    /// <summary>
    /// Looks again at the ports of every published pod, without the database: whether something answers, and failed binds.
    /// A pod that cannot be looked at hurts nobody else.
    /// </summary>
    public async Task ProbeAsync()
    {
        var scans = new Dictionary<IPodRuntime, Func<PodId, IPAddress, int, PortHolder>>();
        foreach (var (podId, published) in _published)
        {
            try
            {
                if (published.Pod.Address is not null && HasChanged(published, scans))
                {
                    await InGateAsync(podId, () => Task.FromResult(
                        _published.TryGetValue(podId, out var current) ? Apply(current.Pod, current.IsComplete) : Exposure.None(podId)));
                }
            }
            catch (Exception exception)
            {
                LogNotProbed(exception, podId);
            }
        }
    }

    /// <summary>
    /// Whether this is what was published of a pod last, completely: no port of it is taken by another program, for which there
    /// may be another one by now.
    /// </summary>
    /// <param name="pod">The pod as it is saved, with ports and leases.</param>
    public bool IsPublished(Pod pod) => _published.TryGetValue(pod.Id, out var published) && published.IsComplete
        && listeners.FindTaken(pod.Id).Count == 0 && pod.RuntimeKind == published.Pod.Runtime.Kind && CommittedPod.Of(pod, published.Pod.Runtime) == published.Pod;

    /// <summary>The last report on every pod.</summary>
    public IEnumerable<Exposure> Exposures => _published.Values.Select(published => published.Exposure);

    /// <inheritdoc/>
    public Exposure Find(PodId podId) => _published.TryGetValue(podId, out var published) ? published.Exposure : Exposure.None(podId);

    /// <inheritdoc/>
    public int CountConnections(PodId podId, PortKey key) => key.Protocol == PortProtocol.Http
        ? routes.CountRequests(podId, key.Number)
        : listeners.CountConnections(podId, key);

    private async Task<Exposure> ApplyCommittedAsync(PodId podId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var pod = await db.Pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
            .FirstOrDefaultAsync(pod => pod.Id == podId && pod.Intent != PodIntent.Terminate);
        if (pod is null)
        {
            return Withdraw(podId);
        }

        if (runtimes.FirstOrDefault(item => item.Kind == pod.RuntimeKind) is not { } runtime)
        {
            LogNoRuntime(podId, pod.RuntimeKind);
            return Withdraw(podId);
        }

        return Apply(CommittedPod.Of(pod, runtime), TryWritePorts(pod, runtime));
    }

    // What was saved before is saved: that it cannot be moved now is no failure of the change that is published.
    private async Task<bool> TryMoveAsync(PodId podId)
    {
        try
        {
            return await moves.MoveAsync(podId, listeners.FindTaken(podId));
        }
        catch (Exception exception)
        {
            LogNotMoved(exception, podId);
            return false;
        }
    }

    // For the pod's own programs. That it cannot be written holds up nobody else.
    private bool TryWritePorts(Pod pod, IPodRuntime runtime)
    {
        try
        {
            runtime.WritePorts(pod.Id, PodPortsFile.Write(pod));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogPortsNotWritten(exception, pod.Id);
            return false;
        }
    }

    private Exposure Apply(CommittedPod pod, bool isComplete)
    {
        var served = routes.Set(report.WantedPod(pod));
        var problems = listeners.Reconcile(pod.Id, pod.Runtime, [.. report.WantedPorts(pod)]);
        var exposure = report.Describe(pod, problems);
        var isNew = !Find(pod.Id).Ports.SequenceEqual(exposure.Ports);
        _published[pod.Id] = new(pod, served, exposure, isComplete);
        if (isNew)
        {
            feed.Tick(pod.Id);
        }

        return exposure;
    }

    private Exposure Withdraw(PodId podId)
    {
        routes.Remove(podId);
        listeners.Remove(podId);
        if (_published.TryRemove(podId, out _))
        {
            feed.Tick(podId);
        }

        return Exposure.None(podId);
    }

    private bool HasChanged(Published published, Dictionary<IPodRuntime, Func<PodId, IPAddress, int, PortHolder>> scans)
    {
        var (pod, served, exposure, _) = published;
        if (!scans.TryGetValue(pod.Runtime, out var find))
        {
            scans[pod.Runtime] = find = pod.Runtime.ScanPorts();
        }

        return !report.IsCurrent(pod, served, exposure, find);
    }

    private async Task<Exposure> InGateAsync(PodId podId, Func<Task<Exposure>> publish)
    {
        var gate = _gates[(uint)podId.GetHashCode() % _gates.Length];
        await gate.WaitAsync();
        try
        {
            return await publish();
        }
        finally
        {
            gate.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: the file with the mapping of its ports could not be written")]
    private partial void LogPortsNotWritten(Exception exception, PodId podId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: a port that another program took could not be moved; it is tried again within a minute")]
    private partial void LogNotMoved(Exception exception, PodId podId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: its ports could not be looked at; they are looked at again in a second")]
    private partial void LogNotProbed(Exception exception, PodId podId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId} is not served: there is no runtime '{RuntimeKind}' here")]
    private partial void LogNoRuntime(PodId podId, string runtimeKind);

    // Complete: nothing of it has to be tried again.
    private sealed record Published(CommittedPod Pod, PodRoutes Served, Exposure Exposure, bool IsComplete);
}
