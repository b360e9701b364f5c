using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Pods;

/// <summary>The bodies of create and update: what they share, and what each adds.</summary>
internal static class PodBody
{
    private const int MinVolumeGb = 10;

    /// <summary>Reads <c>CreatePodRequest</c>.</summary>
    public static PodRequest ReadCreate(BodyReader body)
    {
        var gpu = body.Object("gpu");
        var cpu = body.Object("cpu");
        body.Require(body.Has("templateId") ? ["name"] : ["name", "image"]);
        var templateId = body.String("templateId", minLength: 1);
        var cloud = body.OneOf("cloud", "SECURE", "COMMUNITY");

        // Known to the contract and of no meaning here: there is one place, and an image starts what it contains.
        _ = (body.Strings("dataCenterIds"), body.Boolean("startSsh"), body.Boolean("startJupyter"));
        var compute = (gpu is null ? null : ReadGpu(gpu), cpu is null ? null : ReadCpu(cpu));
        var (edit, obstacle) = ReadShared(body);
        return new()
        {
            TemplateId = templateId,
            Cloud = cloud == "COMMUNITY" ? CloudType.Community : CloudType.Secure,
            Compute = compute.Item1 ?? compute.Item2,
            Edit = edit,
            Obstacle = compute is ({ }, { }) ? "Give exactly one of gpu and cpu." : obstacle,
        };
    }

    /// <summary>Reads <c>UpdatePodRequest</c>.</summary>
    public static PodRequest ReadUpdate(BodyReader body)
    {
        var templateId = body.String("templateId");
        var locked = body.Boolean("locked");
        var (edit, obstacle) = ReadShared(body);
        return new() { TemplateId = templateId, Edit = edit with { Locked = locked }, Obstacle = obstacle };
    }

    private static (PodEdit Edit, string? Obstacle) ReadShared(BodyReader body)
    {
        var name = body.String("name", minLength: 1);
        var volume = body.Has("mounts") && body.Object("mounts") is { } mounts ? ReadMounts(mounts) : default;
        var edit = new PodEdit
        {
            Name = name,
            Image = body.String("image"),
            Command = body.String("args"),
            ContainerDiskGb = body.Integer("disk", minimum: 1),
            VolumeDiskGb = volume.Size,
            VolumeMountPath = volume.Path,
            Environment = body.Map("env") is { } variables ? [.. variables.Select(pair => new EnvironmentVariable(pair.Key, pair.Value))] : null,
            Ports = ReadPorts(body),
        };
        var obstacle = body.NullableString("registry") is { Length: > 0 } ? "There are no container registries here: leave registry out."
            : body.Boolean("globalNetworking") == true ? "There is no global networking here: leave globalNetworking out."
            : volume.HasNetwork ? "There are no network volumes here: use mounts.persistent."
            : null;
        return (edit, obstacle);
    }

    /// <summary>Reads <c>ports</c>; null when the body has none.</summary>
    public static IReadOnlyList<PortRequest>? ReadPorts(BodyReader body)
    {
        if (body.Strings("ports") is not { } texts)
        {
            return null;
        }

        var ports = texts.Select(text => (Text: text, Port: PortNotation.Parse(text))).ToList();
        foreach (var (text, _) in ports.Where(item => item.Port is null))
        {
            var shown = text.Length <= 20 ? text : text[..20] + "…";
            body.Fail("ports", $"'{shown}' is not a port with its protocol, such as 8888/http or 22/tcp");
        }

        return [.. ports.Select(item => item.Port).OfType<PortRequest>()];
    }

    private static (int? Size, string? Path, bool HasNetwork) ReadMounts(BodyReader mounts)
    {
        var network = mounts.Has("network");
        mounts.Discard("network");
        (int? Size, string? Path) volume = default;
        if (mounts.Has("persistent") && mounts.Object("persistent") is { } persistent)
        {
            persistent.Require("size", "path");
            volume = (persistent.Integer("size", MinVolumeGb), persistent.String("path"));
            persistent.Close();
        }

        mounts.Close();
        return (volume.Size, volume.Path, network);
    }

    private static PodCompute ReadGpu(BodyReader gpu)
    {
        gpu.Require("id");
        var compute = new PodCompute(ComputeKind.Gpu, gpu.String("id") ?? "", gpu.Integer("count", minimum: 1) ?? 1);
        _ = (gpu.Strings("allowedCudaVersions"), gpu.String("minCudaVersion"));
        gpu.Close();
        return compute;
    }

    private static PodCompute ReadCpu(BodyReader cpu)
    {
        cpu.Require("id", "vcpuCount");
        var compute = new PodCompute(ComputeKind.Cpu, cpu.String("id", minLength: 1) ?? "", cpu.Integer("vcpuCount", minimum: 2) ?? 0);
        cpu.Close();
        return compute;
    }
}
