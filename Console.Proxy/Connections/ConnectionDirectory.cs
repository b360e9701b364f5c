using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Tcp;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Connections;

/// <summary>
/// Collects connections where they are, each time anew: routes know their requests and ports their relays anyhow, so a
/// request pays for no register of its own.
/// </summary>
internal sealed class ConnectionDirectory(RouteTable routes, TcpListenerPool ports, ClosedConnections closed) : IConnectionDirectory
{
    public IReadOnlyList<LiveConnection> List(IReadOnlySet<PodId> pods)
    {
        var found = new List<LiveConnection>();
        foreach (var (podId, route) in RoutesOf(pods))
        {
            found.AddRange(route.Open.List(podId));
        }

        foreach (var (podId, listener) in ListenersOf(pods))
        {
            found.AddRange(OpenOf(listener).Select(relay => RelayView.Of(relay, podId, listener.Key)));
        }

        return found;
    }

    public IReadOnlyList<ClosedConnection> ListClosed(IReadOnlySet<PodId> pods) => closed.List(pods);

    public int End(IReadOnlySet<PodId> pods, Func<LiveConnection, bool> isMeant)
    {
        var ended = 0;
        foreach (var (podId, route) in RoutesOf(pods))
        {
            ended += route.Open.Kill(podId, isMeant);
        }

        foreach (var (podId, listener) in ListenersOf(pods))
        {
            foreach (var relay in OpenOf(listener).Where(relay => isMeant(RelayView.Of(relay, podId, listener.Key))))
            {
                relay.End(RelayEnd.Killed);
                ended++;
            }
        }

        return ended;
    }

    // One that has ended stays for a moment, until its two copies have noticed.
    private static IEnumerable<TcpRelay> OpenOf(PortListener listener) => listener.Connections.Open.Where(relay => relay.Ended is null);

    private IEnumerable<(PodId PodId, HttpRoute Route)> RoutesOf(IReadOnlySet<PodId> pods) =>
        routes.ListBusy().Where(item => pods.Contains(item.PodId));

    private IEnumerable<(PodId PodId, PortListener Listener)> ListenersOf(IReadOnlySet<PodId> pods) =>
        ports.ListBusy().Where(item => pods.Contains(item.PodId));
}
