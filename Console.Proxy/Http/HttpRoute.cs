using PodConsole.Domain.Connections;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Http.Latency;

namespace PodConsole.Proxy.Http;

/// <summary>
/// One exposed HTTP port of a pod at one address. The same object lives on while other ports of the pod and its own rules are
/// edited; it is retired when its port is removed, when its service is reached in another way, or when the pod's address is
/// withdrawn.
/// </summary>
internal sealed class HttpRoute
{
    // A request that was let in a moment before a change may not be among the open ones yet.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

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

    /// <summary>Takes on new rules for the requests to come. False when another route must replace this one.</summary>
    public bool TryAdopt(RouteRules rules)
    {
        if (rules.Options.Tls != _rules.Options.Tls)
        {
            return false;
        }

        _rules = rules;
        return true;
    }

    /// <summary>Ends, after <paramref name="drain"/>, requests in flight that the rules as they are then would not let in.</summary>
    /// <param name="ownerId">The account that the pod belongs to.</param>
    /// <param name="drain">The time that they have to end by themselves.</param>
    /// <param name="clock">The time.</param>
    public async Task EndShutOutAsync(string ownerId, TimeSpan drain, TimeProvider clock)
    {
        foreach (var wait in new[] { drain, Late })
        {
            await Task.Delay(wait, clock).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var (access, now) = (_rules.Access, clock.GetUtcNow().UtcDateTime);
            Open.End(exchange => !access.Keep(exchange.Admission, ownerId, exchange.ClientAddress, now), CloseReason.PortRemoved);
        }
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
