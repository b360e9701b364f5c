using PodConsole.Domain.Pods;

namespace PodConsole.Web.Pods.Edit;

/// <summary>Says what somebody else changed of a pod that is being edited.</summary>
internal static class PodComparison
{
    /// <summary>A sentence for each change that Edit Pod shows; empty when only the pod's status changed.</summary>
    public static IReadOnlyList<string> Describe(Pod before, Pod after)
    {
        var change = EditChange.Between(before, EditOf(after));
        return
        [
            .. change.Name ? [$"The name is now {after.Name}."] : Array.Empty<string>(),
            .. change.Added.Select(key => $"{key} was added."),
            .. change.Removed.Select(key => $"{key} was removed."),
            .. change.Relabelled.Select(key => $"{key} has another label."),
            .. change.Recipe.Select(field => $"{field} is now {ValueOf(after, field)}."),
            .. before.Environment.SequenceEqual(after.Environment) ? Array.Empty<string>() : ["Environment Variables were changed."],
            .. before.Locked == after.Locked ? Array.Empty<string>() : [after.Locked ? "The pod is now locked." : "The pod is no longer locked."],
        ];
    }

    private static PodEdit EditOf(Pod pod) => new()
    {
        Name = pod.Name,
        Image = pod.Image,
        Command = pod.Command,
        ContainerDiskGb = pod.ContainerDiskGb,
        VolumeDiskGb = pod.VolumeDiskGb,
        VolumeMountPath = pod.VolumeMountPath,
        Ports = [.. pod.Ports.Select(port => port.ToRequest())],
    };

    private static string ValueOf(Pod pod, string field) => field switch
    {
        "Docker Image Name" => pod.Image,
        "Docker Command" => pod.Command.Length > 0 ? pod.Command : "empty",
        "Container Disk" => $"{pod.ContainerDiskGb} GB",
        "Volume Disk" => $"{pod.VolumeDiskGb} GB",
        _ => pod.VolumeMountPath.Length > 0 ? pod.VolumeMountPath : "empty",
    };
}
