using System.Diagnostics.CodeAnalysis;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Http.Latency;

namespace PodConsole.Proxy.Http;

/// <summary>What a route needs from its first request on. Most of many routes never see one.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The sources own a timer at most, which ends by itself after the drain.")]
internal sealed class RouteTraffic
{
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationTokenSource _leave = new();

    public RouteTraffic() => (Aborted, Leaving) = (_abort.Token, _leave.Token);

    /// <inheritdoc cref="HttpRoute.Aborted"/>
    public CancellationToken Aborted { get; }

    /// <inheritdoc cref="HttpRoute.Leaving"/>
    public CancellationToken Leaving { get; }

    /// <inheritdoc cref="HttpRoute.Open"/>
    public OpenExchanges Open { get; } = new();

    /// <inheritdoc cref="HttpRoute.Latency"/>
    public RouteLatency Latency { get; } = new();

    /// <summary>Ends requests after <paramref name="drain"/>, and WebSockets after <paramref name="linger"/>.</summary>
    public void End(TimeSpan drain, TimeSpan linger)
    {
        _abort.CancelAfter(drain);
        _leave.CancelAfter(linger);
    }
}
