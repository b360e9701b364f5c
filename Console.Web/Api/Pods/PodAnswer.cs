using System.Text.Json.Serialization;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Api.Pods;

/// <summary>The caller's pods, newest first (<c>ListPodsResponse</c>).</summary>
internal sealed record PodsAnswer(IReadOnlyList<PodAnswer> Pods);

/// <summary>A pod (the contract's <c>Pod</c>).</summary>
internal sealed record PodAnswer
{
    /// <summary>Fourteen characters of [a-z0-9].</summary>
    public required string Id { get; init; }

    /// <summary>Its name, which need not be its alone.</summary>
    public required string Name { get; init; }

    /// <summary>The program or container image.</summary>
    public required string Image { get; init; }

    /// <summary>Arguments with shell-like quoting.</summary>
    public required string Args { get; init; }

    /// <summary>Container disk, whole GB.</summary>
    public required int Disk { get; init; }

    /// <summary>Exposed ports as they were asked for: <c>8888/http</c>, <c>22/tcp</c>, <c>70000/tcp</c> for a symmetrical one.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>Its own environment variables; values of secret ones are empty.</summary>
    public required IReadOnlyDictionary<string, string> Env { get; init; }

    /// <summary>Always null: there are no registries here.</summary>
    public string? Registry { get; }

    /// <summary><c>PROVISIONING</c>, <c>STARTING</c>, <c>RUNNING</c>, <c>EXITED</c>, <c>ERROR</c> or <c>TERMINATED</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What the pod allows now: <c>start</c>, <c>stop</c>, <c>restart</c>, <c>terminate</c>.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Its volume.</summary>
    public required MountsAnswer Mounts { get; init; }

    /// <summary>The graphics cards that were asked for; recorded only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GpuAnswer? Gpu { get; init; }

    /// <summary>The processors that were asked for; recorded only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CpuAnswer? Cpu { get; init; }

    /// <summary><c>SECURE</c> or <c>COMMUNITY</c>.</summary>
    public required string Cloud { get; init; }

    /// <summary>Where it runs.</summary>
    public string DataCenterId { get; } = PodEnvironment.DataCenter;

    /// <summary>Always null.</summary>
    public string? CudaVersion { get; }

    /// <summary>How to reach its SSH server.</summary>
    public required SshAnswer Ssh { get; init; }

    /// <summary>The template it was made from; null for none.</summary>
    public required string? Template { get; init; }

    /// <summary>Always 0.</summary>
    public decimal Cost { get; }

    /// <summary>Whether it refuses stop, reset, terminate and most changes.</summary>
    public required bool Locked { get; init; }

    /// <summary>Always off.</summary>
    public GlobalNetworkingAnswer GlobalNetworking { get; } = new(false);

    /// <summary>What it has while it runs; null otherwise.</summary>
    public required RuntimeAnswer? Runtime { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it started last, UTC; null before the first time.</summary>
    public required DateTime? StartedAt { get; init; }

    /// <param name="pod">The pod, with its ports and leases.</param>
    /// <param name="runtime">Its runtime; null when this console has it no more.</param>
    /// <param name="now">The time, UTC.</param>
    public static PodAnswer Of(Pod pod, IPodRuntime? runtime, DateTime now) => new()
    {
        Id = pod.Id.Value,
        Name = pod.Name,
        Image = pod.Image,
        Args = pod.Command,
        Disk = pod.ContainerDiskGb,
        Ports = [.. pod.Ports.OrderBy(port => port.Id).Select(port => $"{port.Key}")],
        Env = SecretBox.Mask(pod.Environment).ToDictionary(variable => variable.Name, variable => variable.Value),
        Status = pod.Status.ToString().ToUpperInvariant(),
        Actions = ActionsOf(pod),
        Mounts = MountsAnswer.Of(pod.VolumeDiskGb, pod.VolumeMountPath),
        Gpu = pod.Compute is { Kind: ComputeKind.Gpu } gpu ? new(gpu.Id, gpu.Count) : null,
        Cpu = pod.Compute is { Kind: ComputeKind.Cpu } cpu ? new(cpu.Id, cpu.Count, MachineMemoryGb) : null,
        Cloud = pod.Cloud.ToString().ToUpperInvariant(),
        Ssh = SshAnswer.Of(pod, runtime),
        Template = pod.TemplateId,
        Locked = pod.Locked,
        Runtime = pod.Status == PodStatus.Running ? RuntimeAnswer.Of(pod, now) : null,
        CreatedAt = pod.CreatedAt,
        StartedAt = pod.StartedAt,
    };

    private static int MachineMemoryGb => (int)Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30);

    private static IReadOnlyList<string> ActionsOf(Pod pod) => (pod.Status, pod.Locked) switch
    {
        (PodStatus.Running, false) => ["stop", "restart", "terminate"],
        (PodStatus.Running, true) => ["restart"],
        (PodStatus.Exited or PodStatus.Error, false) => ["start", "terminate"],
        (PodStatus.Exited or PodStatus.Error, true) => ["start"],
        (PodStatus.Provisioning or PodStatus.Starting, false) => ["stop", "terminate"],
        _ => [],
    };
}

/// <summary>Graphics cards as they were asked for.</summary>
/// <param name="Id">The model, in the caller's words.</param>
/// <param name="Count">How many.</param>
internal sealed record GpuAnswer(string Id, int Count);

/// <summary>Processors as they were asked for.</summary>
/// <param name="Id">The model, in the caller's words.</param>
/// <param name="VcpuCount">How many virtual processors.</param>
/// <param name="Memory">The machine's memory, GB.</param>
internal sealed record CpuAnswer(string Id, int VcpuCount, int Memory);

/// <summary>There is no global networking here.</summary>
internal sealed record GlobalNetworkingAnswer(bool Enabled);

/// <summary>What is mounted.</summary>
/// <param name="Persistent">The volume that survives a reset; left out when there is none.</param>
internal sealed record MountsAnswer([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersistentMountAnswer? Persistent)
{
    public static MountsAnswer Of(int gigabytes, string path) => new(gigabytes > 0 ? new PersistentMountAnswer(gigabytes, path) : null);
}

/// <summary>A volume.</summary>
/// <param name="Size">Whole GB.</param>
/// <param name="Path">Where it is mounted.</param>
internal sealed record PersistentMountAnswer(int Size, string Path);

/// <summary>How to reach a pod's SSH server.</summary>
/// <param name="Proxy">Always null: there is no SSH proxy here.</param>
/// <param name="Direct">The external port of 22/tcp; null while there is none.</param>
internal sealed record SshAnswer(SshEndpointAnswer? Proxy, SshEndpointAnswer? Direct)
{
    private static readonly PortKey SshPort = new(PortProtocol.Tcp, 22);

    public static SshAnswer Of(Pod pod, IPodRuntime? runtime) => new(null,
        runtime is not null && pod.LeaseOf(SshPort) is { } lease ? SshEndpointAnswer.Of(runtime.Capabilities.SshUser, pod.PublicAddress, lease.Port) : null);
}

/// <summary>An SSH server.</summary>
/// <param name="Host">Its public address.</param>
/// <param name="Port">Its external port.</param>
/// <param name="Username">The account to sign in with.</param>
/// <param name="Command">The command that does it.</param>
internal sealed record SshEndpointAnswer(string Host, int Port, string Username, string Command)
{
    public static SshEndpointAnswer Of(string user, string host, int port) => new(host, port, user, $"ssh {user}@{host} -p {port}");
}

/// <summary>A pod while it runs.</summary>
/// <param name="Uptime">Seconds since it started.</param>
/// <param name="Ports">Its TCP mappings.</param>
internal sealed record RuntimeAnswer(long Uptime, IReadOnlyList<RuntimePortAnswer> Ports)
{
    public static RuntimeAnswer Of(Pod pod, DateTime now) => new(
        pod.StartedAt is { } started ? Math.Max(0, (long)(now - started).TotalSeconds) : 0,
        [.. pod.Leases.OrderBy(lease => lease.Number).Select(lease => RuntimePortAnswer.Of(lease))]);
}

/// <summary>One TCP mapping; a symmetrical port has equal numbers.</summary>
/// <param name="Private">The port inside the pod.</param>
/// <param name="Public">The external port.</param>
/// <param name="Type">Always <c>tcp</c>.</param>
/// <param name="Ip">The public address.</param>
internal sealed record RuntimePortAnswer(int Private, int Public, string Type, string Ip)
{
    public static RuntimePortAnswer Of(PortLease lease) => new(
        lease.Number >= PortRequest.FirstSymmetrical ? lease.Port : lease.Number ?? lease.Port, lease.Port, "tcp", lease.Address);
}
