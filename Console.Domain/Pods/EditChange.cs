using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods;

/// <summary>What an edit really changes: an edit that sets a property to its present value changes nothing.</summary>
public sealed record EditChange
{
    /// <summary>Ports that were not exposed before.</summary>
    public required IReadOnlyList<PortKey> Added { get; init; }

    /// <summary>Ports that are exposed no more.</summary>
    public required IReadOnlyList<PortKey> Removed { get; init; }

    /// <summary>Ports that get another label.</summary>
    public required IReadOnlyList<PortKey> Relabelled { get; init; }

    /// <summary>Whether the name changes.</summary>
    public required bool Name { get; init; }

    /// <summary>Whether the environment changes.</summary>
    public required bool Environment { get; init; }

    /// <summary>What else of the pod's recipe changes, by its label in the form.</summary>
    public required IReadOnlyList<string> Recipe { get; init; }

    /// <summary>Whether ports or their labels change.</summary>
    public bool ChangesPorts => Added.Count + Removed.Count + Relabelled.Count > 0;

    /// <summary>Whether the change needs an empty container disk and a new run.</summary>
    public bool ResetsPod => Environment || Recipe.Count > 0;

    /// <summary>Compares an edit with the pod as it is.</summary>
    public static EditChange Between(Pod pod, PodEdit edit)
    {
        var before = pod.Ports.ToDictionary(port => port.Key, port => port.Label);
        var after = edit.Ports?.DistinctBy(port => port.Key).ToDictionary(port => port.Key, port => port.Label) ?? before;
        return new()
        {
            Added = [.. after.Keys.Where(key => !before.ContainsKey(key))],
            Removed = [.. before.Keys.Where(key => !after.ContainsKey(key))],
            Relabelled = [.. after.Where(port => before.TryGetValue(port.Key, out var label) && label != port.Value).Select(port => port.Key)],
            Name = edit.Name is { } name && name.Trim() != pod.Name,
            Environment = edit.Environment is { } environment && !Same(environment, pod.Environment),
            Recipe = [.. RecipeChanges(pod, edit)],
        };
    }

    private static IEnumerable<string> RecipeChanges(Pod pod, PodEdit edit)
    {
        if (edit.Image is { } image && image.Trim() != pod.Image)
        {
            yield return "Docker Image Name";
        }

        if (edit.Command is { } command && command != pod.Command)
        {
            yield return "Docker Command";
        }

        if (edit.ContainerDiskGb is { } disk && disk != pod.ContainerDiskGb)
        {
            yield return "Container Disk";
        }

        if (edit.VolumeDiskGb is { } volume && volume != pod.VolumeDiskGb)
        {
            yield return "Volume Disk";
        }

        if (edit.VolumeMountPath is { } path && path != pod.VolumeMountPath)
        {
            yield return "Volume Mount Path";
        }
    }

    // A secret with an empty value stands for the saved one.
    private static bool Same(IReadOnlyList<EnvironmentVariable> edited, IReadOnlyList<EnvironmentVariable> saved) =>
        edited.Count == saved.Count && edited.Zip(saved).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.IsSecret == pair.Second.IsSecret
            && (pair.First.IsSecret ? pair.First.Value.Length == 0 : pair.First.Value == pair.Second.Value));
}
