using System.Diagnostics.CodeAnalysis;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Http.Latency;

namespace PodConsole.Proxy.Http;

/// <summary>
/// One exposed HTTP port of a pod at one address. The same object lives on while other ports of the pod are edited, and
/// while its own rules let in nobody less; it is retired when its port is removed, restricted, or the pod's address is
/// withdrawn.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source owns a timer at most, which ends by itself after the drain.")]
internal sealed class HttpRoute
{
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationTokenSource _leave = new();
    private RouteLatency? _latency;
    private volatile RouteRules _rules;
    private int _requests;
    private int _released;
    private volatile bool _retired;

    public HttpRoute(RouteRules rules, PodUpstream? upstream)
    {
        _rules = rules;
        Upstream = upstream;
        Destination = upstream?.DestinationOf(Port, rules.Wanted.Options.Tls) ?? "";
        Aborted = _abort.Token;
        Leaving = _leave.Token;
        upstream?.AddUser();
    }

    /// <summary>The port inside the pod, 1–65535.</summary>
    public int Port => _rules.Wanted.Port;

    /// <summary>What its owner set for it, as of now.</summary>
    public RouteRules Rules => _rules;

    /// <summary>The pod's address and its connections; null while the pod has none.</summary>
    public PodUpstream? Upstream { get; }

    /// <summary>Where requests go: scheme, address and port.</summary>
    public string Destination { get; }

    /// <summary>Fires when requests that are still in flight must end.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Fires when open WebSockets must end: they would live on for ever.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>Requests in flight now, WebSockets included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Its requests.</summary>
    public OpenExchanges Open { get; } = new();

    /// <summary>How long its service takes to answer.</summary>
    public RouteLatency Latency => LazyInitializer.EnsureInitialized(ref _latency, static () => new RouteLatency());

    /// <summary>The same, when there was a request yet.</summary>
    public RouteLatency? KnownLatency => Volatile.Read(ref _latency);

    /// <summary>Takes on new rules when whoever is in may stay. False when another route must replace this one.</summary>
    public bool TryAdopt(RouteRules rules)
    {
        var before = _rules;
        if (rules.Access.IsNarrowerThan(before.Access) || rules.Wanted.Options.Tls != before.Wanted.Options.Tls)
        {
            return false;
        }

        _rules = rules;
        return true;
    }

    /// <summary>Counts a request in; the caller then calls <see cref="Exit"/> once. False when the route was retired.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _requests);
        if (!_retired)
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
    public void Retire(TimeSpan drain, TimeSpan linger)
    {
        _retired = true;
        if (Interlocked.CompareExchange(ref _requests, 0, 0) == 0)
        {
            Release();
        }
        else
        {
            _abort.CancelAfter(drain);
            _leave.CancelAfter(linger);
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
