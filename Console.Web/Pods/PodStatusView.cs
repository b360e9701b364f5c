using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;

namespace PodConsole.Web.Pods;

/// <summary>How a pod's status looks: always a word and a shape beside the colour.</summary>
internal sealed record PodStatusView(string Text, string Icon, Color Color)
{
    /// <summary>The look of a pod's present status.</summary>
    public static PodStatusView Of(Pod pod) => IsStopping(pod)
        ? new("Stopping", Icons.Material.Outlined.Pending, Color.Warning)
        : pod.Drain is { } drain && drain.Action != DrainAction.RemovePorts
        ? new("Draining", Icons.Material.Outlined.HourglassBottom, Color.Warning)
        : pod.Status switch
        {
            PodStatus.Provisioning => new("Provisioning", Icons.Material.Outlined.Pending, Color.Info),
            PodStatus.Starting => new("Starting", Icons.Material.Outlined.Pending, Color.Info),
            PodStatus.Running => new("Running", Icons.Material.Filled.Circle, Color.Success),
            PodStatus.Exited => new("Exited", Icons.Material.Outlined.StopCircle, Color.Default),
            PodStatus.Error => new("Error", Icons.Material.Outlined.ErrorOutline, Color.Error),
            _ => new("Terminated", Icons.Material.Outlined.Cancel, Color.Default),
        };

    /// <summary>Whether nothing of the pod runs, and nothing is about to.</summary>
    public static bool IsAtRest(Pod pod) => pod.Status is PodStatus.Exited or PodStatus.Error;

    /// <summary>Whether the pod was told to stop and has not yet.</summary>
    public static bool IsStopping(Pod pod) => pod.Intent == PodIntent.Stop && !IsAtRest(pod);
}
