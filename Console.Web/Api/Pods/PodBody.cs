using PodConsole.Domain.Pods;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Pods;

/// <summary>The bodies of create and update: what they share, and what each adds.</summary>
internal static class PodBody
{
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

    private static ContainerBody ReadShared(BodyReader body)
    {
        var container = ContainerBody.Read(body, knowsNetworkVolumes: true);
        return body.Boolean("globalNetworking") == true
            ? container with { Obstacle = container.Obstacle ?? "There is no global networking here: leave globalNetworking out." }
            : container;
    }

    private static PodCompute ReadGpu(BodyReader gpu)
    {
        gpu.Require("id");
        var compute = new PodCompute(ComputeKind.Gpu, gpu.String("id") ?? "", gpu.Integer("count", minimum: 1) ?? 1);
        _ = (ContainerBody.ReadCudaVersions(gpu), ContainerBody.ReadCudaVersion(gpu, "minCudaVersion"));
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
