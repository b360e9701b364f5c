using System.Collections.Immutable;

namespace PodConsole.Domain.Pods;

/// <summary>
/// Says that something about a pod changed; a watcher then reads the new state from its source. Watchers are called on
/// the publisher's thread and outside any lock: they must only note the change and return.
/// </summary>
public sealed class PodFeed
{
    private ImmutableArray<Subscription> _watchers = [];

    /// <summary>Calls <paramref name="onChange"/> for each change until the result is disposed.</summary>
    public IDisposable Watch(Action<PodId> onChange)
    {
        var subscription = new Subscription(this, onChange);
        ImmutableInterlocked.Update(ref _watchers, static (list, item) => list.Add(item), subscription);
        return subscription;
    }

    /// <summary>Tells every watcher that this pod changed.</summary>
    public void Tick(PodId podId)
    {
        foreach (var watcher in _watchers)
        {
            watcher.OnChange(podId);
        }
    }

    private sealed class Subscription(PodFeed feed, Action<PodId> onChange) : IDisposable
    {
        public Action<PodId> OnChange => onChange;

        public void Dispose() =>
            ImmutableInterlocked.Update(ref feed._watchers, static (list, item) => list.Remove(item), this);
    }
}
