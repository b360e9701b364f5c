using System.Collections.Concurrent;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Tests.Support;

/// <summary>Connections that a test says are open, without a gateway.</summary>
internal sealed class FakeConnections : IConnectionDirectory
{
    private readonly ConcurrentDictionary<long, LiveConnection> _open = new(), _all = new();
    private readonly ConcurrentQueue<ClosedConnection> _closed = new();
    private long _last;

    /// <summary>The pods whose closed connections were asked for, each time.</summary>
    public ConcurrentQueue<IReadOnlySet<PodId>> ClosedAsked { get; } = new();

    /// <summary>Opens a connection to a pod.</summary>
    public LiveConnection Open(PodId podId, string client = "192.0.2.7")
    {
        var connection = new LiveConnection(
            Interlocked.Increment(ref _last), podId, new(PortProtocol.Tcp, 22), ConnectionKind.Tcp, client, 50_000, DateTime.UtcNow, TimeSpan.Zero, 1, 1);
        return _all[connection.Id] = _open[connection.Id] = connection;
    }

    /// <summary>Opens a connection to a pod, and ends it for this reason.</summary>
    public void OpenAndClose(PodId podId, CloseReason reason, string client = "192.0.2.7")
    {
        var connection = Open(podId, client);
        _open.TryRemove(connection.Id, out _);
        _closed.Enqueue(new(connection, DateTime.UtcNow, reason));
    }

    /// <summary>One connection, whether it is still open or not; null when there never was one.</summary>
    public LiveConnection? Find(long id) => _all.GetValueOrDefault(id);

    public IReadOnlyList<LiveConnection> List(IReadOnlySet<PodId> pods) =>
        [.. _open.Values.Where(connection => pods.Contains(connection.PodId)).OrderBy(connection => connection.Id)];

    public IReadOnlyList<ClosedConnection> ListClosed(IReadOnlySet<PodId> pods)
    {
        ClosedAsked.Enqueue(pods);
        return [.. _closed.Where(closed => pods.Contains(closed.Connection.PodId)).Reverse()];
    }

    public int End(IReadOnlySet<PodId> pods, Func<LiveConnection, bool> isMeant) =>
        List(pods).Count(connection => isMeant(connection) && _open.TryRemove(connection.Id, out _));
}
