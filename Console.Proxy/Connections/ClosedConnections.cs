using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;

namespace PodConsole.Proxy.Connections;

/// <summary>The connections that ended last.</summary>
internal sealed class ClosedConnections
{
    /// <summary>How many are remembered, in all.</summary>
    public const int Most = 2000;

    private readonly Lock _lock = new();
    private readonly Queue<ClosedConnection> _closed = new();

    /// <summary>Remembers one, and forgets the oldest when there are too many.</summary>
    public void Add(ClosedConnection connection)
    {
        lock (_lock)
        {
            _closed.Enqueue(connection);
            if (_closed.Count > Most)
            {
                _closed.Dequeue();
            }
        }
    }

    /// <summary>Those of some pods, newest first.</summary>
    public IReadOnlyList<ClosedConnection> List(IReadOnlySet<PodId> pods)
    {
        lock (_lock)
        {
            return [.. _closed.Where(closed => pods.Contains(closed.Connection.PodId)).Reverse()];
        }
    }
}
