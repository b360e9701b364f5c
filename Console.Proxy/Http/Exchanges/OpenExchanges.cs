using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http.Latency;

namespace PodConsole.Proxy.Http.Exchanges;

/// <summary>The requests of a route that are open, oldest first. One lock, held for a few instructions by each request.</summary>
internal sealed class OpenExchanges
{
    private readonly Lock _lock = new();
    private Exchange? _oldest;
    private Exchange? _newest;

    /// <summary>Takes one in.</summary>
    public void Add(Exchange exchange)
    {
        lock (_lock)
        {
            exchange.Previous = _newest;
            _ = _newest is null ? _oldest = exchange : _newest.Next = exchange;
            _newest = exchange;
        }
    }

    /// <summary>Lets one go.</summary>
    public void Remove(Exchange exchange)
    {
        lock (_lock)
        {
            _ = exchange.Previous is null ? _oldest = exchange.Next : exchange.Previous.Next = exchange.Next;
            _ = exchange.Next is null ? _newest = exchange.Previous : exchange.Next.Previous = exchange.Previous;
            exchange.Previous = exchange.Next = null;
        }
    }

    /// <summary>How long the one that has been silent longest has been, and what it is; null when none is open.</summary>
    /// <param name="countsWebSockets">Whether WebSockets that were taken count.</param>
    public (TimeSpan Time, SilentKind Kind)? LongestSilence(bool countsWebSockets = true)
    {
        lock (_lock)
        {
            (TimeSpan Time, SilentKind Kind)? longest = null;

            // None is silent for longer than since it came: who came later than the longest silence began need not be asked.
            for (var exchange = _oldest; exchange is not null && (longest is null || exchange.Elapsed > longest.Value.Time); exchange = exchange.Next)
            {
                var silence = exchange.IsWaiting ? exchange.Waited : exchange.Idle;
                if ((longest is null || silence > longest.Value.Time) && (countsWebSockets || exchange.Kind != SilentKind.WebSocket))
                {
                    longest = (silence, exchange.Kind);
                }
            }

            return longest;
        }
    }

    /// <summary>All of them as people see them.</summary>
    public IReadOnlyList<LiveConnection> List(PodId podId)
    {
        var views = new List<LiveConnection>();
        lock (_lock)
        {
            for (var exchange = _oldest; exchange is not null; exchange = exchange.Next)
            {
                views.Add(exchange.View(podId));
            }
        }

        return views;
    }

    /// <summary>Ends those that a person means.</summary>
    /// <returns>How many.</returns>
    public int Kill(PodId podId, Func<LiveConnection, bool> isMeant) => End(exchange => isMeant(exchange.View(podId)), CloseReason.Killed);

    /// <summary>Ends those that are meant. Under the lock, because the server uses a request's objects again for the next one.</summary>
    /// <returns>How many.</returns>
    public int End(Func<Exchange, bool> isMeant, CloseReason reason)
    {
        var ended = 0;
        lock (_lock)
        {
            for (var exchange = _oldest; exchange is not null; exchange = exchange.Next)
            {
                if (exchange.EndedFor is null && isMeant(exchange))
                {
                    exchange.End(reason);
                    ended++;
                }
            }
        }

        return ended;
    }
}
