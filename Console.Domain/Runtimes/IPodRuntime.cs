using System.Net;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Runtimes;

/// <summary>Runs pods: as processes, containers or otherwise. Every call may be repeated and then changes nothing.</summary>
public interface IPodRuntime
{
    /// <summary>Its name in the settings and in each pod's row.</summary>
    string Kind { get; }

    /// <summary>What it can and cannot do, and the hints that go with it.</summary>
    RuntimeCapabilities Capabilities { get; }

    /// <summary>
    /// Starts the instance of <see cref="PodSpec.Generation"/> unless it already runs (or ran and ended), on the container
    /// disk of <see cref="PodSpec.DiskGeneration"/>. The caller has stopped an older generation before.
    /// </summary>
    /// <returns>The instance, or the reason why it could not start.</returns>
    Task<StartResult> StartAsync(PodSpec spec, CancellationToken cancellationToken);

    /// <summary>What is there of a pod now, also after a restart of the console; null when nothing ever ran or it was removed.</summary>
    Task<PodInstance?> InspectAsync(PodId podId, CancellationToken cancellationToken);

    /// <summary>Asks the instance to end, then ends it with everything it started. Returns when nothing of it runs.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="grace">Time between asking and killing.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task StopAsync(PodId podId, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Deletes the container disks of earlier disk generations; the volume stays.</summary>
    Task ClearDisksAsync(PodId podId, int currentDiskGeneration, CancellationToken cancellationToken);

    /// <summary>Stops the pod if need be and deletes all that belongs to it, its volume too.</summary>
    Task RemoveAsync(PodId podId, CancellationToken cancellationToken);

    /// <summary>
    /// Who would answer a connection to this address and port now. Called before each dial, so it must be quick and must
    /// not block: an address of one pod may also be answered by a neighbour that listens on every address.
    /// </summary>
    PortHolder FindPortHolder(PodId podId, IPAddress address, int port);

    /// <summary>
    /// The same where it is known by asking the kernel alone, so that an event loop may wait for it; null where more has to
    /// be looked up.
    /// </summary>
    PortHolder? FindKnownPortHolder(PodId podId, IPAddress address, int port) => null;

    /// <summary>
    /// The same as it is at the time of this call, for a look at very many ports one after another, none of which must take long.
    /// </summary>
    Func<PodId, IPAddress, int, PortHolder> ScanPorts() => FindPortHolder;

    /// <summary>
    /// Replaces the file in which a pod's programs read the present mapping of its ports, as a whole. Nothing happens while
    /// the pod was never started; <see cref="PodSpec.Ports"/> is its first content.
    /// </summary>
    void WritePorts(PodId podId, string ports);

    /// <summary>Where a pod's programs find that file: what <see cref="PodPortsFile.Variable"/> is in the pod. Null where there is none.</summary>
    string? PortsFileOf(PodId podId) => null;

    /// <summary>The pod's output: the last <see cref="LogQuery.Tail"/> lines, then with <see cref="LogQuery.Follow"/> new ones as they come.</summary>
    IAsyncEnumerable<LogLine> ReadLogsAsync(PodId podId, LogQuery query, CancellationToken cancellationToken);

    /// <summary>Sets who is told that an instance started, ended or moved. Called once, before anything else.</summary>
    void OnChange(Action<PodId> changed);
}

/// <summary>What a runtime can do, and the words for it.</summary>
/// <param name="DiskSizesEnforced">Whether disk sizes are limits, not only notes.</param>
/// <param name="SharesConsoleUser">Whether pods run as the console's own user.</param>
/// <param name="CanBindPrivilegedPorts">Whether a pod can listen below 1024.</param>
/// <param name="BindHint">What a service must bind to ("bind to $POD_IP").</param>
/// <param name="SshUser">The user name in the SSH line.</param>
public sealed record RuntimeCapabilities(
    bool DiskSizesEnforced, bool SharesConsoleUser, bool CanBindPrivilegedPorts, string BindHint, string SshUser)
{
    /// <summary>The addresses its pods may have; null for any. The data plane dials nothing else.</summary>
    public IPNetwork? Addresses { get; init; }
}

/// <summary>What a runtime needs to start a pod. Its environment is complete but for what only the runtime knows.</summary>
public sealed record PodSpec
{
    /// <summary>The pod.</summary>
    public required PodId PodId { get; init; }

    /// <summary>Number of this instance.</summary>
    public required int Generation { get; init; }

    /// <summary>Number of its container disk.</summary>
    public required int DiskGeneration { get; init; }

    /// <summary>Program or image.</summary>
    public required string Image { get; init; }

    /// <summary>Arguments, already split.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables in the clear.</summary>
    public required IReadOnlyList<EnvironmentVariable> Environment { get; init; }

    /// <summary>The mapping of its ports, for the file that <see cref="PodPortsFile.Variable"/> names.</summary>
    public string Ports { get; init; } = "";

    /// <summary>Whole GB; 0 means no volume.</summary>
    public required int VolumeDiskGb { get; init; }

    /// <summary>Where the volume is mounted, where the runtime can mount.</summary>
    public required string VolumeMountPath { get; init; }
}

/// <summary>A pod's instance as its runtime sees it.</summary>
/// <param name="Generation">Number of the instance.</param>
/// <param name="IsRunning">Whether it runs now.</param>
/// <param name="Address">Where its services are reached, while it runs.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="ExitCode">Its exit code, once it ended and if known.</param>
/// <param name="Problem">Why it ended, when the exit code does not say; null otherwise.</param>
/// <param name="ProcessId">The main process, where the runtime has one.</param>
public sealed record PodInstance(
    int Generation, bool IsRunning, IPAddress? Address, DateTime StartedAt, int? ExitCode, string? Problem, int? ProcessId);

/// <summary>How a start ended: an instance, or a problem that its owner can read.</summary>
public readonly record struct StartResult(PodInstance? Instance, string? Problem);

/// <summary>Who listens where a pod's port should be.</summary>
/// <param name="Kind">Nobody, the pod, or somebody else.</param>
/// <param name="Description">For somebody else: the process, for people ("python3, process 123"); else empty.</param>
public readonly record struct PortHolder(PortHolderKind Kind, string Description = "");

/// <summary>Who listens on a port.</summary>
public enum PortHolderKind
{
    /// <summary>Nobody.</summary>
    Nobody,

    /// <summary>A process of the pod.</summary>
    Pod,

    /// <summary>A process outside the pod.</summary>
    Other,
}
