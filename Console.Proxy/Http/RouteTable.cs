using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;

namespace PodConsole.Proxy.Http;

/// <summary>
/// Which pods the gateway serves, and where. Readers take no lock; an edit replaces one pod's entry and costs the same
/// however many pods there are. The table itself keeps, replaces and closes the connections behind its entries.
/// </summary>
internal sealed class RouteTable : IDisposable
{
    private readonly ConcurrentDictionary<string, PodRoutes> _pods = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, PodRoutes>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Lock _edit = new();
    private readonly List<(PodId PodId, HttpRoute Route)> _retired = [];
    private readonly GatewaySettings _settings;
    private readonly TimeProvider _clock;
    private readonly RouteRules _default;
    private bool _isStopping;

    public RouteTable(IOptions<GatewaySettings> settings, TimeProvider clock)
    {
        _clock = clock;
        _bySpan = _pods.GetAlternateLookup<ReadOnlySpan<char>>();
        _settings = settings.Value;
        _default = RouteRules.Default(_settings);
    }

    /// <summary>
    /// Makes a pod's entry match; repeating it changes nothing. Ports that stay keep their requests and connections, but for those
    /// of clients that may not come in any more: they end within the drain time.
    /// </summary>
    /// <returns>The entry.</returns>
    public PodRoutes Set(WantedPod pod)
    {
        lock (_edit)
        {
            var old = _pods.GetValueOrDefault(pod.Id.Value)?.Routes ?? [];
            var upstream = old.IsEmpty ? null : old[0].Upstream;
            if (!Equals(upstream?.Address, pod.Address))
            {
                upstream = null;
            }

            // Whoever still uses the old upstream closes it; without ports there is nobody, so none is made.
            upstream ??= pod.Address is null || pod.Routes.Count == 0 ? null : new PodUpstream(pod.Id, pod.Address, pod.Runtime);
            var routes = pod.Routes.Select(wanted => RouteOf(wanted, pod.OwnerId, old, upstream)).ToImmutableArray();
            var entry = _pods[pod.Id.Value] = new PodRoutes(pod, routes);

            // After the swap, so that whoever finds a route retired finds the new entry when looking again.
            Retire(pod.Id, old.Except(routes));
            return entry;
        }
    }

    /// <summary>Withdraws a pod: its addresses are unknown at once, requests in flight are drained.</summary>
    public void Remove(PodId podId)
    {
        lock (_edit)
        {
            if (_pods.TryRemove(podId.Value, out var pod))
            {
                Retire(podId, pod.Routes);
            }
        }
    }

    /// <summary>The entry of a pod, by the text of its id in any case.</summary>
    public bool TryFind(ReadOnlySpan<char> podId, [NotNullWhen(true)] out PodRoutes? pod) => _bySpan.TryGetValue(podId, out pod);

    /// <summary>Requests in flight on a port now, WebSockets included.</summary>
    public int CountRequests(PodId podId, int port) => Find(podId, port)?.Requests ?? 0;

    /// <summary>Every route with requests in flight, those that were retired included.</summary>
    public IEnumerable<(PodId PodId, HttpRoute Route)> ListBusy()
    {
        List<(PodId PodId, HttpRoute Route)> retired;
        lock (_edit)
        {
            retired = [.. _retired];
        }

        return _pods.SelectMany(pod => pod.Value.Routes.Select(route => (pod.Value.PodId, route))).Concat(retired)
            .Where(item => item.Item2.Requests > 0);
    }

    /// <summary>The route of a port; null when there is none.</summary>
    public HttpRoute? Find(PodId podId, int port) => _pods.GetValueOrDefault(podId.Value)?.Find(port);

    /// <summary>Refuses new requests everywhere, for good, grants those in flight the drain time, and ends WebSockets at once.</summary>
    public void Drain() => RetireAll(_settings.DrainTimeout);

    /// <summary>Ends every request and closes every connection.</summary>
    public void Dispose() => RetireAll(TimeSpan.Zero);

    private HttpRoute RouteOf(WantedRoute wanted, string ownerId, ImmutableArray<HttpRoute> old, PodUpstream? upstream)
    {
        var before = old.FirstOrDefault(route => route.Port == wanted.Port);
        var rulesBefore = before?.Rules;
        var rules = rulesBefore?.Are(wanted) == true ? rulesBefore
            : _default.Are(wanted) ? _default
            : RouteRules.Of(wanted, _settings, _clock, rulesBefore);
        var route = before is not null && before.Upstream == upstream && before.TryAdopt(rules) ? before : new HttpRoute(wanted.Port, rules, upstream);
        route.IsDraining = wanted.IsDraining;
        if (_isStopping && route != before)
        {
            // Its requests would outlive the stop, over connections that are closed already.
            route.Retire(TimeSpan.Zero, TimeSpan.Zero, stops: true);
        }
        else if (rules != rulesBefore && !rules.Access.IsOpen && route.Requests > 0)
        {
            _ = route.EndShutOutAsync(ownerId, _settings.DrainTimeout, _clock);
        }

        return route;
    }

    // Those with requests are remembered: a stop must end their WebSockets at once too.
    private void Retire(PodId podId, IEnumerable<HttpRoute> routes)
    {
        _retired.RemoveAll(static item => item.Route.Requests == 0);
        foreach (var route in routes)
        {
            // One whose owner waited for it has had its time.
            var drain = route.IsDraining ? TimeSpan.Zero : _settings.DrainTimeout;
            route.Retire(drain, drain);
            _retired.Add((podId, route));
        }
    }

    private void RetireAll(TimeSpan drain)
    {
        lock (_edit)
        {
            _isStopping = true;
            foreach (var route in _pods.Values.SelectMany(pod => pod.Routes).Concat(_retired.Select(item => item.Route)))
            {
                route.Retire(drain, linger: TimeSpan.Zero, stops: true);
            }
        }
    }
}
