using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
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
    private readonly TimeSpan _drain;

    public RouteTable(IOptions<GatewaySettings> settings)
    {
        _bySpan = _pods.GetAlternateLookup<ReadOnlySpan<char>>();
        _drain = settings.Value.DrainTimeout;
    }

    /// <summary>Makes a pod's entry match; repeating it changes nothing. Ports that stay keep their requests and connections.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="status">What it does, as last observed.</param>
    /// <param name="address">Where the runtime says it is reached; null when it is not, which drains every request.</param>
    /// <param name="runtime">What runs it.</param>
    /// <param name="ports">Its exposed HTTP ports, 1–65535, each once.</param>
    public void Set(PodId podId, PodStatus status, IPAddress? address, IPodRuntime runtime, IReadOnlyCollection<int> ports)
    {
        lock (_edit)
        {
            var old = _pods.GetValueOrDefault(podId.Value)?.Routes ?? [];
            var upstream = old.IsEmpty ? null : old[0].Upstream;
            if (!Equals(upstream?.Address, address))
            {
                upstream = null;
            }

            // Whoever still uses the old upstream closes it; without ports there is nobody, so none is made.
            upstream ??= address is null || ports.Count == 0 ? null : new PodUpstream(podId, address, runtime);
            var routes = ports.Select(port => Keep(old, port, upstream) ?? new HttpRoute(port, upstream)).ToImmutableArray();
            _pods[podId.Value] = new PodRoutes(podId, status, runtime, routes);

            // After the swap, so that whoever finds a route retired finds the new entry when looking again.
            foreach (var route in old.Except(routes))
            {
                route.Retire(_drain);
            }
        }
    }

    /// <summary>Withdraws a pod: its addresses are unknown at once, requests in flight are drained.</summary>
    public void Remove(PodId podId)
    {
        lock (_edit)
        {
            if (_pods.TryRemove(podId.Value, out var pod))
            {
                foreach (var route in pod.Routes)
                {
                    route.Retire(_drain);
                }
            }
        }
    }

    /// <summary>The entry of a pod, by the text of its id in any case.</summary>
    public bool TryFind(ReadOnlySpan<char> podId, [NotNullWhen(true)] out PodRoutes? pod) => _bySpan.TryGetValue(podId, out pod);

    /// <summary>Requests in flight on a port now, WebSockets included.</summary>
    public int CountRequests(PodId podId, int port) => _pods.GetValueOrDefault(podId.Value)?.Find(port)?.Requests ?? 0;

    /// <summary>Refuses new requests everywhere, for good, and grants those in flight the drain time.</summary>
    public void Drain() => RetireAll(_drain);

    /// <summary>Ends every request and closes every connection.</summary>
    public void Dispose() => RetireAll(TimeSpan.Zero);

    private static HttpRoute? Keep(ImmutableArray<HttpRoute> old, int port, PodUpstream? upstream) =>
        old.FirstOrDefault(route => route.Port == port && route.Upstream == upstream);

    private void RetireAll(TimeSpan drain)
    {
        lock (_edit)
        {
            foreach (var route in _pods.Values.SelectMany(pod => pod.Routes))
            {
                route.Retire(drain);
            }
        }
    }
}
