using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Shared.Recipes;

/// <summary>Finds what a runtime can do.</summary>
internal static class RuntimeLookup
{
    // For a pod whose runtime is not part of this console any more.
    private static readonly RuntimeCapabilities Unknown = new(
        DiskSizesEnforced: true, SharesConsoleUser: false, CanBindPrivilegedPorts: true, BindHint: "bind to 0.0.0.0", SshUser: "root");

    /// <summary>What the runtime of this kind can do.</summary>
    public static RuntimeCapabilities CapabilitiesOf(this IEnumerable<IPodRuntime> runtimes, string kind) =>
        runtimes.FirstOrDefault(runtime => runtime.Kind == kind)?.Capabilities ?? Unknown;
}
