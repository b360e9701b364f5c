using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;

namespace PodConsole.Proxy.Connections;

/// <summary>The connections that ended last. A pod that is busy pushes out its own alone.</summary>
internal sealed class ClosedConnections
{
    /// <summary>How many of one pod are remembered.</summary>
    public const int MostOfAPod = 500;

    /// <summary>How many are remembered, in all.</summary>
    public const int Most = 20_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _all = new();
    private readonly Dictionary<PodId, Queue<LinkedListNode<Entry>>> _byPod = [];
    private long _last;

    /// <summary>Remembers one, and forgets the oldest of its pod, or of all, when there are too many.</summary>
    public void Add(ClosedConnection connection)
    {
        var podId = connection.Connection.PodId;
        lock (_lock)
        {
            if (!_byPod.TryGetValue(podId, out var ofPod))
            {
                _byPod[podId] = ofPod = new();
            }

            ofPod.Enqueue(_all.AddLast(new Entry(++_last, connection)));
            if (ofPod.Count > MostOfAPod)
            {
                ForgetOldest(podId);
            }
            else if (_all.Count > Most)
            {
                ForgetOldest(_all.First!.Value.Closed.Connection.PodId);
            }
        }
    }

    /// <summary>Those of some pods, newest first.</summary>
    public IReadOnlyList<ClosedConnection> List(IReadOnlySet<PodId> pods)
    {
        var found = new List<Entry>();
        lock (_lock)
        {
            foreach (var podId in pods)
            {
                found.AddRange(_byPod.GetValueOrDefault(podId, []).Select(node => node.Value));
            }
        }

        // Sorted without the lock: whatever ends meanwhile, on an event loop, would wait for it.
        return [.. found.OrderByDescending(entry => entry.Number).Select(entry => entry.Closed)];
    }

    private void ForgetOldest(PodId podId)
    {
        var ofPod = _byPod[podId];
        _all.Remove(ofPod.Dequeue());
        if (ofPod.Count == 0)
        {
            _byPod.Remove(podId);
        }
    }

    // Numbers rise in the order of the ends, whatever the clock does.
    private readonly record struct Entry(long Number, ClosedConnection Closed);
}
