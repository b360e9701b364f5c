using System.Text.Json.Serialization;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Api.Pods;

/// <summary>The caller's pods, newest first (<c>ListPodsResponse</c>).</summary>
internal sealed record PodsAnswer(IReadOnlyList<PodAnswer> Pods);

/// <summary>A pod as the contract shows it (<c>Pod</c>). Values of secret variables are empty.</summary>
internal sealed record PodAnswer
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Image { get; init; }

    public required string Args { get; init; }

    public required int Disk { get; init; }

    public required IReadOnlyList<string> Ports { get; init; }

    public required IReadOnlyDictionary<string, string> Env { get; init; }

    public string? Registry { get; }

    public required string Status { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required MountsAnswer Mounts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GpuAnswer? Gpu { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CpuAnswer? Cpu { get; init; }

    public required string Cloud { get; init; }

    public string DataCenterId { get; } = PodEnvironment.DataCenter;

    public string? CudaVersion { get; }

    public required SshAnswer Ssh { get; init; }

    public required string? Template { get; init; }

    public decimal Cost { get; }

    public required bool Locked { get; init; }

    public GlobalNetworkingAnswer GlobalNetworking { get; } = new(false);

    public required RuntimeAnswer? Runtime { get; init; }

    public required DateTime CreatedAt { get; init; }

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

internal sealed record GpuAnswer(string Id, int Count);

internal sealed record CpuAnswer(string Id, int VcpuCount, int Memory);

internal sealed record GlobalNetworkingAnswer(bool Enabled);

internal sealed record MountsAnswer([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersistentMountAnswer? Persistent)
{
    public static MountsAnswer Of(int gigabytes, string path) => new(gigabytes > 0 ? new PersistentMountAnswer(gigabytes, path) : null);
}

internal sealed record PersistentMountAnswer(int Size, string Path);

/// <summary>How to reach its SSH server. There is no SSH proxy here.</summary>
internal sealed record SshAnswer(SshEndpointAnswer? Proxy, SshEndpointAnswer? Direct)
{
    private static readonly PortKey SshPort = new(PortProtocol.Tcp, 22);

    public static SshAnswer Of(Pod pod, IPodRuntime? runtime) => new(null,
        runtime is not null && pod.LeaseOf(SshPort) is { } lease ? SshEndpointAnswer.Of(runtime.Capabilities.SshUser, pod.PublicAddress, lease.Port) : null);
}

internal sealed record SshEndpointAnswer(string Host, int Port, string Username, string Command)
{
    public static SshEndpointAnswer Of(string user, string host, int port) => new(host, port, user, $"ssh {user}@{host} -p {port}");
}

/// <summary>A pod while it runs: its uptime in seconds, and its TCP mappings.</summary>
internal sealed record RuntimeAnswer(long Uptime, IReadOnlyList<RuntimePortAnswer> Ports)
{
    public static RuntimeAnswer Of(Pod pod, DateTime now) => new(
        pod.StartedAt is { } started ? Math.Max(0, (long)(now - started).TotalSeconds) : 0,
        [.. pod.Leases.OrderBy(lease => lease.Number).Select(lease => RuntimePortAnswer.Of(lease))]);
}

/// <summary>One mapping; a symmetrical port has equal numbers.</summary>
internal sealed record RuntimePortAnswer(int Private, int Public, string Type, string Ip)
{
    public static RuntimePortAnswer Of(PortLease lease) => new(
        lease.Number >= PortRequest.FirstSymmetrical ? lease.Port : lease.Number ?? lease.Port, lease.Port, "tcp", lease.Address);
}
