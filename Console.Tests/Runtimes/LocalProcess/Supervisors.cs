using PodConsole.Domain.Pods;
using PodConsole.Runtimes.LocalProcess.Files;

namespace PodConsole.Tests.Runtimes.LocalProcess;

/// <summary>What tests need to know of the process that watches over a pod.</summary>
internal static class Supervisors
{
    /// <summary>Its process id.</summary>
    public static int Of(ProcessPods pods, PodId podId) => StateOf(pods, podId).Supervisor.Pid;

    /// <summary>What it wrote last.</summary>
    public static PodState StateOf(ProcessPods pods, PodId podId) => new PodDirectory(pods.PathOf(podId, "")).ReadState()!;
}
