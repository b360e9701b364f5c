using System.Collections.Concurrent;
using System.Net;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>
/// Says whose socket answers on a pod's address. The kernel is asked; to whom a socket belongs is looked up once
/// per socket, for all that the pod holds together, because that means reading descriptors of processes.
/// </summary>
internal sealed class PortHolders(TimeProvider clock)
{
    // A stranger's socket is looked at again after this: the pod's own process may just have been forked.
    private static readonly TimeSpan StrangerLifetime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IPEndPoint, Known> _known = new();
    private readonly ConcurrentDictionary<IPAddress, Held> _held = new();

    /// <summary>Who answers a connection to this address and port now.</summary>
    /// <param name="supervisor">The process whose descendants are the pod; null when it does not run.</param>
    /// <param name="address">The pod's address.</param>
    /// <param name="port">The port.</param>
    public PortHolder Find(ProcessIdentity? supervisor, IPAddress address, int port) =>
        Find(SocketDiagnostics.TryFind(port) ?? SocketTable.Find(port), supervisor, address, port);

    /// <summary>The same by asking the kernel alone; null when it does not tell, or when a socket is new whose owner has to be looked up.</summary>
    public PortHolder? FindKnown(ProcessIdentity supervisor, IPAddress address, int port) =>
        SocketDiagnostics.TryFind(port) is { } listeners
            ? FindKnown(ListeningSocket.Answering(listeners, address), supervisor, new(address, port))
            : null;

    /// <summary>The same for many ports: the kernel is asked once, at the time of this call.</summary>
    public Func<ProcessIdentity?, IPAddress, int, PortHolder> Scan()
    {
        var listeners = (SocketDiagnostics.TryFindAll() ?? SocketTable.FindAll()).ToLookup(socket => socket.Port);
        return (supervisor, address, port) => Find(listeners[port], supervisor, address, port);
    }

    /// <summary>Forgets a pod's address.</summary>
    public void Forget(IPAddress address)
    {
        _held.TryRemove(address, out _);
        foreach (var endpoint in _known.Keys.Where(endpoint => endpoint.Address.Equals(address)))
        {
            _known.TryRemove(endpoint, out _);
        }
    }

    private PortHolder Find(IEnumerable<ListeningSocket> listeners, ProcessIdentity? supervisor, IPAddress address, int port)
    {
        var endpoint = new IPEndPoint(address, port);
        var answering = ListeningSocket.Answering(listeners, address);
        if (FindKnown(answering, supervisor, endpoint) is { } known)
        {
            return known;
        }

        var before = _known.GetValueOrDefault(endpoint);
        var stranger = FindStranger(answering, supervisor, address);
        var holder = stranger is null ? new PortHolder(PortHolderKind.Pod)
            : before is { Holder.Kind: PortHolderKind.Other } && before.Stranger == stranger ? before.Holder
            : new PortHolder(PortHolderKind.Other, SocketOwners.Describe(stranger.Value));

        // Sockets that share the port get connections in turn: one stranger among them is one too many.
        _known[endpoint] = new([.. answering.Select(socket => socket.Id)], supervisor, stranger, holder, clock.GetTimestamp());
        return holder;
    }

    private PortHolder? FindKnown(List<ListeningSocket> answering, ProcessIdentity? supervisor, IPEndPoint endpoint)
    {
        if (answering.Count == 0)
        {
            _known.TryRemove(endpoint, out _);
            return new(PortHolderKind.Nobody);
        }

        return _known.GetValueOrDefault(endpoint) is { } known && known.Answered(answering) && known.Supervisor == supervisor && !IsStale(known)
            ? known.Holder
            : null;
    }

    // A console that starts meets hundreds of ports of one pod: its descriptors are read again only for a socket that is new.
    private uint? FindStranger(IEnumerable<ListeningSocket> sockets, ProcessIdentity? supervisor, IPAddress address)
    {
        if (supervisor is not { } parent)
        {
            return sockets.First().Inode;
        }

        if (!_held.TryGetValue(address, out var held) || held.Supervisor != parent || StrangerTo(held) is not null)
        {
            _held[address] = held = new(parent, SocketOwners.SocketsOf(ProcessTree.DescendantsOf(parent.Pid)));
        }

        return StrangerTo(held);

        uint? StrangerTo(Held held) =>
            sockets.Where(socket => !held.Sockets.Contains(socket.Inode)).Select(socket => (uint?)socket.Inode).FirstOrDefault();
    }

    private bool IsStale(Known known) =>
        known.Holder.Kind == PortHolderKind.Other && clock.GetElapsedTime(known.Since) > StrangerLifetime;

    private sealed record Known(HashSet<ulong> Sockets, ProcessIdentity? Supervisor, uint? Stranger, PortHolder Holder, long Since)
    {
        public bool Answered(List<ListeningSocket> answering) =>
            answering.Count == Sockets.Count && answering.TrueForAll(socket => Sockets.Contains(socket.Id));
    }

    private sealed record Held(ProcessIdentity Supervisor, HashSet<uint> Sockets);
}
