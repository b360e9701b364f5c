using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Http.Latency;

namespace PodConsole.Proxy.Http;

/// <summary>
/// One exposed HTTP port of a pod at one address. The same object lives on while other ports of the pod are edited, and
/// while its own rules let in nobody less; it is retired when its port is removed, restricted, or the pod's address is
/// withdrawn.
/// </summary>
internal sealed class HttpRoute
{
    private RouteTraffic? _traffic;
    private string? _destination;
    private volatile RouteRules _rules;
    private int _requests;
    private int _released;
    private volatile bool _retired;
    private volatile bool _draining;
    private volatile bool _stopped;

    public HttpRoute(int port, RouteRules rules, PodUpstream? upstream)
    {
        (Port, _rules, Upstream) = (port, rules, upstream);
        upstream?.AddUser();
    }

    /// <summary>The port inside the pod, 1–65535.</summary>
    public int Port { get; }

    /// <summary>What its owner set for it, as of now.</summary>
    public RouteRules Rules => _rules;

    /// <summary>Whether it takes no new requests.</summary>
    public bool IsDraining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>The pod's address and its connections; null while the pod has none.</summary>
    public PodUpstream? Upstream { get; }

    /// <summary>Where requests go: scheme, address and port.</summary>
    public string Destination => _destination ??= Upstream?.DestinationOf(Port, _rules.Options.Tls) ?? "";

    /// <summary>Fires when requests that are still in flight must end.</summary>
    public CancellationToken Aborted => Traffic.Aborted;

    /// <summary>Fires when open WebSockets must end: they would live on for ever.</summary>
    public CancellationToken Leaving => Traffic.Leaving;

    /// <summary>Requests in flight now, WebSockets included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Whether it was retired because the gateway stops.</summary>
    public bool IsStopped => _stopped;

    /// <summary>Its requests.</summary>
    public OpenExchanges Open => Traffic.Open;

    /// <summary>How long its service takes to answer.</summary>
    public RouteLatency Latency => Traffic.Latency;

    /// <summary>Whether it has had a request yet.</summary>
    public bool WasUsed => Volatile.Read(ref _traffic) is not null;

    private RouteTraffic Traffic => LazyInitializer.EnsureInitialized(ref _traffic, static () => new RouteTraffic());

    /// <summary>Takes on new rules when whoever is in may stay. False when another route must replace this one.</summary>
    public bool TryAdopt(RouteRules rules)
    {
        var before = _rules;
        if (rules.Access.IsNarrowerThan(before.Access) || rules.Options.Tls != before.Options.Tls)
        {
            return false;
        }

        _rules = rules;
        return true;
    }

    /// <summary>Counts a request in; the caller then calls <see cref="Exit"/> once. False when the route takes no more.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _requests);
        if (!_retired && !IsDraining)
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>Counts a request out.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _requests) == 0 && _retired)
        {
            Release();
        }
    }

    /// <summary>
    /// Refuses new requests at once, aborts those in flight after <paramref name="drain"/>, and ends WebSockets after
    /// <paramref name="linger"/>.
    /// </summary>
    public void Retire(TimeSpan drain, TimeSpan linger, bool stops = false)
    {
        _stopped |= stops;
        _retired = true;
        if (Interlocked.CompareExchange(ref _requests, 0, 0) == 0)
        {
            Release();
        }
        else
        {
            Traffic.End(drain, linger);
        }
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            Upstream?.RemoveUser();
        }
    }
}
