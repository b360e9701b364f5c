using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports.Mappings;

namespace PodConsole.Domain.Pods;

/// <summary>What somebody does to a pod, as it is recorded.</summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Cause">What the history of its TCP mappings says.</param>
/// <param name="Describe">What changes, in words, told of the pod as it is before; null for nothing. Never a value that may be secret.</param>
internal sealed record PodDeed(string Action, MappingCause Cause, Func<Pod, string>? Describe = null)
{
    /// <summary>What a pod waited for.</summary>
    /// <param name="drain">The wait.</param>
    /// <param name="why">Why it is over, in words.</param>
    public static PodDeed After(PodDrain drain, string why)
    {
        var (action, cause) = drain.Action switch
        {
            DrainAction.Stop => (AuditActions.PodStop, MappingCause.Stopped),
            DrainAction.Restart => (AuditActions.PodRestart, MappingCause.Started),
            DrainAction.Reset => (AuditActions.PodReset, MappingCause.Reset),
            DrainAction.Migrate => (AuditActions.PodMigrate, MappingCause.Migrated),
            DrainAction.Terminate => (AuditActions.PodTerminate, MappingCause.Stopped),
            _ => (AuditActions.PodEdit, MappingCause.Edited),
        };
        return new(action, cause, _ => string.Join(", ", [.. drain.Ports.Select(key => $"−{key}"), why]));
    }

    /// <summary>An edit. Of what may hold secrets only the name is told.</summary>
    public static PodDeed Edit(PodEdit edit) => new(AuditActions.PodEdit, MappingCause.Edited, pod =>
    {
        var change = EditChange.Between(pod, edit);
        List<string> words = [.. change.Added.Select(key => $"+{key}"), .. change.Removed.Select(key => $"−{key}{(edit.DrainsRemoved ? " when idle" : "")}"), .. change.Recipe];
        words.AddRange(change.Relabelled.Select(key => $"label of {key}"));
        if (change.Environment)
        {
            words.Add("Environment Variables");
        }

        if (change.Name)
        {
            words.Add($"name {edit.Name!.Trim()}");
        }

        if (edit.Locked is { } locked && locked != pod.Locked)
        {
            words.Add(locked ? "locked" : "unlocked");
        }

        return string.Join(", ", words);
    });
}
