using System.Net;
using System.Threading.RateLimiting;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Networks;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// Counts the requests of one route, in all and by client. One that is refused uses up nothing, whichever limit refuses it. Any
/// thread may use it.
/// </summary>
internal sealed class RouteLimits
{
    private readonly PortOptions _options;
    private readonly Lock _lock;
    private readonly OpenCounts _open;
    private readonly SlidingLog? _rate;
    private readonly PartitionedRateLimiter<IPAddress>? _ratePerClient;

    private RouteLimits(PortOptions options, TimeProvider clock, RouteLimits? before)
    {
        _options = options;
        _lock = before?._lock ?? new();
        _open = before?._open ?? new();
        _rate = options.RequestsPerSecond == before?._options.RequestsPerSecond ? before?._rate
            : options.RequestsPerSecond is { } rate ? new(rate, clock) : null;
        _ratePerClient = options.RequestsPerSecondPerClient == before?._options.RequestsPerSecondPerClient ? before?._ratePerClient
            : options.RequestsPerSecondPerClient is { } ratePerClient ? PerClient(ratePerClient, clock) : null;
    }

    /// <summary>The limits that options ask for; null for none.</summary>
    /// <param name="options">The options.</param>
    /// <param name="clock">The clock of the rates.</param>
    /// <param name="before">
    /// The route's limits before an edit. What they count as open stays counted, and so does the last second of a rate whose number
    /// stays. What came while there were none is not counted.
    /// </param>
    public static RouteLimits? Of(PortOptions options, TimeProvider clock, RouteLimits? before = null) =>
        options is { ConcurrentRequests: null, ConcurrentRequestsPerClient: null, RequestsPerSecond: null, RequestsPerSecondPerClient: null }
            ? null
            : new(options, clock, before);

    /// <summary>Counts a request in until the result is disposed, once. Null when it is one too many.</summary>
    public IDisposable? TryEnter(IPAddress? address)
    {
        var client = ClientNetwork.Of(address ?? IPAddress.None);

        // All under one lock: what has room for it has room still when the next one was asked.
        lock (_lock)
        {
            if (_open.All >= _options.ConcurrentRequests || _open.Of(client) >= _options.ConcurrentRequestsPerClient || !IsWithinRates(client))
            {
                return null;
            }

            _open.Add(client);
            return new Place(this, client);
        }
    }

    private static PartitionedRateLimiter<IPAddress> PerClient(int limit, TimeProvider clock) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(client => RateLimitPartition.Get(client, _ => new SlidingLog(limit, clock)));

    // To ask for none is to ask whether there is one: a client must not pay for what the others used up.
    private bool IsWithinRates(IPAddress client) =>
        _rate?.AttemptAcquire(0).IsAcquired is not false
        && _ratePerClient?.AttemptAcquire(client).IsAcquired is not false
        && _rate?.AttemptAcquire().IsAcquired is not false;

    private void Exit(IPAddress client)
    {
        lock (_lock)
        {
            _open.Remove(client);
        }
    }

    private sealed class Place(RouteLimits limits, IPAddress client) : IDisposable
    {
        public void Dispose() => limits.Exit(client);
    }
}
