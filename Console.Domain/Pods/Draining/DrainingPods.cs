using System.Collections.Concurrent;

namespace PodConsole.Domain.Pods.Draining;

/// <summary>The pods that <see cref="DrainKeeper"/> looks at; one too many costs a look.</summary>
public sealed class DrainingPods
{
    private readonly ConcurrentDictionary<PodId, bool> _pods = new();

    /// <summary>Has a pod looked at from now on. Called when its drain has been published, or could not be.</summary>
    public void Add(PodId podId) => _pods[podId] = true;

    /// <summary>Empties it, and hands out what it held.</summary>
    internal IReadOnlyList<PodId> TakeAll() => [.. _pods.Keys.Where(podId => _pods.TryRemove(podId, out _))];
}
