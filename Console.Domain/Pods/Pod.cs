using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;

namespace PodConsole.Domain.Pods;

/// <summary>
/// One pod: what its owner wants of it, and what was last observed. Only <c>PodService</c> and
/// <c>PodSupervisor</c> write it.
/// </summary>
public sealed class Pod
{
    /// <summary>The id, for ever.</summary>
    public PodId Id { get; set; }

    /// <summary>The account it belongs to.</summary>
    public string OwnerId { get; set; } = "";

    /// <summary>1–191 characters, not unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Secure or Community.</summary>
    public CloudType Cloud { get; set; }

    /// <summary>The public address of its TCP ports, as configured.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>The runtime it was made with; it keeps it.</summary>
    public string RuntimeKind { get; set; } = "";

    /// <summary>The template it was made from, if any.</summary>
    public string? TemplateId { get; set; }

    /// <summary>That template's name at the time.</summary>
    public string TemplateName { get; set; } = "";

    /// <summary>That template's readme at the time, Markdown.</summary>
    public string Readme { get; set; } = "";

    /// <summary>The program or container image.</summary>
    public string Image { get; set; } = "";

    /// <summary>Arguments, with shell-like quoting; no shell reads them.</summary>
    public string Command { get; set; } = "";

    /// <summary>Whole GB.</summary>
    public int ContainerDiskGb { get; set; }

    /// <summary>Whole GB; 0 means no volume. It never shrinks.</summary>
    public int VolumeDiskGb { get; set; }

    /// <summary>Where the volume is mounted.</summary>
    public string VolumeMountPath { get; set; } = "";

    /// <summary>Its environment; values of secret ones are encrypted (see <c>SecretBox</c>).</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; set; } = [];

    /// <summary>Its exposed ports.</summary>
    public List<PodPort> Ports { get; } = [];

    /// <summary>The external ports it holds.</summary>
    public List<PortLease> Leases { get; } = [];

    /// <summary>A locked pod refuses Stop, Reset, Terminate and every edit but unlocking and its name.</summary>
    public bool Locked { get; set; }

    /// <summary>What it waits to do until its connections have ended; null for nothing.</summary>
    public PodDrain? Drain { get; set; }

    /// <summary>What the owner wants.</summary>
    public PodIntent Intent { get; set; }

    /// <summary>Rises with each start, restart and reset: the instance that must run is the one of this number.</summary>
    public int Generation { get; set; }

    /// <summary>Rises when the container disk must be empty: the disk is the one of this number.</summary>
    public int DiskGeneration { get; set; }

    /// <summary>What was last observed.</summary>
    public PodStatus Status { get; set; }

    /// <summary>Why it is in that status, for people; may be empty.</summary>
    public string StatusReason { get; set; } = "";

    /// <summary>The exit code of its last run; null while it runs or when none is known.</summary>
    public int? ExitCode { get; set; }

    /// <summary>The address the runtime reported; null while it has none. The only address the data plane ever dials.</summary>
    public string? RuntimeAddress { get; set; }

    /// <summary>The hardware that the program which made it asked for, as a note; null when it named none.</summary>
    public PodCompute? Compute { get; set; }

    /// <summary>SHA-256 of the key that it was given at its last start, hexadecimal; null before its first.</summary>
    public string? KeyHash { get; set; }

    /// <summary>The key of the request that made it, unique per owner; null for none.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>When the running instance started, UTC.</summary>
    public DateTime? StartedAt { get; set; }

    /// <summary>Concurrency token: rises by one with each change its owner makes.</summary>
    public int Version { get; set; }

    /// <summary>The lease of a TCP port, if it has one.</summary>
    public PortLease? LeaseOf(PortKey key) =>
        key.Protocol == PortProtocol.Tcp ? Leases.FirstOrDefault(lease => lease.Number == key.Number) : null;
}
