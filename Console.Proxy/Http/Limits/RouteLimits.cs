using System.Net;
using System.Threading.RateLimiting;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Networks;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// Counts the requests of one route, in all and by client. In this order: requests at once, so that one which is refused for
/// that uses up nothing of a rate; then the client's rate, so that a client beyond it uses up nothing of everyone's.
/// </summary>
internal sealed class RouteLimits
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter;

    private RouteLimits(PartitionedRateLimiter<IPAddress>[] limiters) => _limiter = PartitionedRateLimiter.CreateChained(limiters);

    /// <summary>The limits that options ask for, by a clock; null for none.</summary>
    public static RouteLimits? Of(PortOptions options, TimeProvider clock)
    {
        PartitionedRateLimiter<IPAddress>?[] limiters =
        [
            AtOnce(options.ConcurrentRequests, static _ => IPAddress.None),
            AtOnce(options.ConcurrentRequestsPerClient, ClientNetwork.Of),
            PerSecond(options.RequestsPerSecondPerClient, ClientNetwork.Of, clock),
            PerSecond(options.RequestsPerSecond, static _ => IPAddress.None, clock),
        ];
        PartitionedRateLimiter<IPAddress>[] wanted = [.. limiters.OfType<PartitionedRateLimiter<IPAddress>>()];
        return wanted.Length == 0 ? null : new(wanted);
    }

    /// <summary>Whether two options ask for the same limits.</summary>
    public static bool AreSame(PortOptions one, PortOptions other) =>
        one.ConcurrentRequests == other.ConcurrentRequests
        && one.ConcurrentRequestsPerClient == other.ConcurrentRequestsPerClient
        && one.RequestsPerSecond == other.RequestsPerSecond
        && one.RequestsPerSecondPerClient == other.RequestsPerSecondPerClient;

    /// <summary>Counts a request in until the result is disposed. Null when it is one too many.</summary>
    public RateLimitLease? TryEnter(IPAddress? client)
    {
        var lease = _limiter.AttemptAcquire(client ?? IPAddress.None);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        return null;
    }

    private static PartitionedRateLimiter<IPAddress>? AtOnce(int? limit, Func<IPAddress, IPAddress> by) => limit is not { } permits ? null
        : PartitionedRateLimiter.Create<IPAddress, IPAddress>(client => RateLimitPartition.GetConcurrencyLimiter(
            by(client), _ => new() { PermitLimit = permits }));

    private static PartitionedRateLimiter<IPAddress>? PerSecond(int? limit, Func<IPAddress, IPAddress> by, TimeProvider clock) =>
        limit is not { } permits ? null
        : PartitionedRateLimiter.Create<IPAddress, IPAddress>(client => RateLimitPartition.Get<IPAddress>(
            by(client), _ => new SlidingLog(permits, clock)));
}
