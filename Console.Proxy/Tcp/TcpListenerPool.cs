using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Tcp;

/// <summary>
/// The open TCP ports of every pod. Each call compares the whole wanted set of one pod with what is open: closes, keeps,
/// retargets, opens. The caller lets only one call run at a time per pod; pods do not wait for each other.
/// </summary>
internal sealed class TcpListenerPool : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(500);

    private readonly GatewaySettings _settings;
    private readonly ClosedConnections _closed;
    private readonly RelayFactory _relays;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _checks;
    private readonly ConcurrentDictionary<PodId, ImmutableArray<PortListener>> _pods = new();
    private readonly ConcurrentDictionary<PortListener, Task> _closing = new();
    private volatile bool _stopping;

    /// <summary>Opens nothing yet.</summary>
    public TcpListenerPool(
        IOptions<GatewaySettings> settings, RelayFactory relays, ClosedConnections closed, TimeProvider clock, ILoggerFactory loggers)
    {
        (_settings, _relays, _closed, _clock) = (settings.Value, relays, closed, clock);
        _logger = loggers.CreateLogger<PortListener>();
        _checks = clock.CreateTimer(static pool => ((TcpListenerPool)pool!).Check(), this, CheckInterval, CheckInterval);
    }

    /// <summary>
    /// Makes a pod's listeners match. Repeating it changes nothing, but that a listener that could not bind tries again.
    /// Once the console stops it opens nothing any more.
    /// </summary>
    /// <returns>For each port that is not open, why.</returns>
    public IReadOnlyDictionary<PortKey, string> Reconcile(PodId podId, IPodRuntime runtime, IReadOnlyList<WantedPort> wanted)
    {
        if (_stopping)
        {
            return ImmutableDictionary<PortKey, string>.Empty;
        }

        var open = _pods.GetValueOrDefault(podId, []);
        var kept = open.Where(listener => wanted.Any(listener.Serves)).ToList();

        // Closed before others are opened: a port may come back on the same address with another epoch.
        foreach (var listener in open.Except(kept))
        {
            Close(listener, RelayEnd.PortRemoved);
        }

        var next = ImmutableArray.CreateBuilder<PortListener>(wanted.Count);
        foreach (var port in wanted)
        {
            var listener = kept.Find(item => item.Serves(port)) ?? NewListener(podId, port, runtime);
            listener.Adopt(port);
            next.Add(listener);
        }

        if (next.Count > 0)
        {
            _pods[podId] = next.ToImmutable();
        }
        else
        {
            _pods.TryRemove(podId, out _);
        }

        if (_stopping)
        {
            // The stop began meanwhile and may not have seen these.
            Remove(podId);
        }

        return next.Where(listener => listener.Problem is not null).ToDictionary(listener => listener.Key, listener => listener.Problem!);
    }

    /// <summary>Closes every port of a pod.</summary>
    public void Remove(PodId podId)
    {
        if (_pods.TryRemove(podId, out var listeners))
        {
            foreach (var listener in listeners)
            {
                Close(listener, _stopping ? RelayEnd.Stopped : RelayEnd.PortRemoved);
            }
        }
    }

    /// <summary>The ports of a pod that are not open because another program, or the console itself, listens there, each with the epoch of its lease.</summary>
    public IReadOnlyList<(PortKey Key, long Epoch)> FindTaken(PodId podId) =>
        [.. _pods.GetValueOrDefault(podId, []).Where(listener => listener.IsTaken).Select(listener => (listener.Key, listener.Epoch))];

    /// <summary>The connections of a port; null when the port is not there.</summary>
    public PortConnections? FindConnections(PodId podId, PortKey key) =>
        _pods.GetValueOrDefault(podId, []).FirstOrDefault(listener => listener.Key == key)?.Connections;

    /// <summary>How many connections of a port are open, those included that a closed port still grants time.</summary>
    public int CountConnections(PodId podId, PortKey key) => WithClosing(_pods.GetValueOrDefault(podId, []))
        .Where(listener => listener.PodId == podId && listener.Key == key).Sum(listener => listener.Connections.Count);

    /// <summary>Every port with open connections, those that were closed included.</summary>
    public IEnumerable<(PodId PodId, PortListener Listener)> ListBusy() => WithClosing(_pods.SelectMany(pod => pod.Value))
        .Where(listener => listener.Connections.Count > 0).Select(listener => (listener.PodId, listener));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Refuses new connections and begins the drain. Services stop one after another: waiting for this one's turn would
    /// add its drain time to the gateway's.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        foreach (var podId in _pods.Keys)
        {
            Remove(podId);
        }

        return Task.CompletedTask;
    }

    /// <summary>Waits until every connection has ended or has been reset at the end of the drain time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StoppingAsync(cancellationToken);
        await Task.WhenAll(_closing.Values);
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops looking after connections.</summary>
    public void Dispose() => _checks.Dispose();

    private PortListener NewListener(PodId podId, WantedPort port, IPodRuntime runtime) =>
        new(podId, port, new(podId, port, runtime, _settings, _relays, _closed, _clock, _logger), _relays.OnLoops, _clock, _logger);

    // For a moment, one that is being closed is among both.
    private IEnumerable<PortListener> WithClosing(IEnumerable<PortListener> open) => open.Concat(_closing.Select(item => item.Key)).Distinct();

    // One timer for all of them; of an idle connection it only reads a few numbers.
    private void Check()
    {
        foreach (var (_, listeners) in _pods)
        {
            foreach (var listener in listeners)
            {
                listener.Connections.Check();
            }
        }

        foreach (var (listener, _) in _closing)
        {
            listener.Connections.Check();
        }
    }

    private void Close(PortListener listener, RelayEnd reason)
    {
        _closing[listener] = Task.CompletedTask;
        // One whose owner waited for it has had its time; a stop of the console comes before that wait is over.
        var drain = listener.IsDraining && reason != RelayEnd.Stopped ? TimeSpan.Zero : _settings.DrainTimeout;
        var closing = listener.CloseAsync(drain, reason);
        _closing[listener] = closing;
        closing.ContinueWith(_ => _closing.TryRemove(listener, out Task? _), TaskScheduler.Default);
    }
}
