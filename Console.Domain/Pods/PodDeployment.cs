using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;

namespace PodConsole.Domain.Pods;

/// <summary>Makes a new pod's row from a template and its overrides, inside the caller's transaction.</summary>
public sealed class PodDeployment(
    PodLifecycle lifecycle,
    PublicAddresses addresses,
    TemplateValues templates,
    SecretBox secrets,
    IEnumerable<IPodRuntime> runtimes,
    IOptions<RuntimeSettings> runtimeSettings,
    IOptions<GatewaySettings> gatewaySettings,
    TimeProvider clock)
{
    /// <summary>The pod that an earlier request with the same idempotency key made, if any.</summary>
    internal static async Task<Pod?> FindEarlierAsync(ConsoleDbContext db, Actor actor, DeployRequest request) =>
        request.IdempotencyKey is not { Length: > 0 } key ? null
            : await db.Pods.VisibleTo(actor).Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
                .FirstOrDefaultAsync(pod => pod.OwnerId == actor.UserId && pod.IdempotencyKey == key);

    internal async Task<(Pod? Pod, PodResult? Refusal)> CreateAsync(ConsoleDbContext db, Actor actor, DeployRequest request)
    {
        Template? template = null;
        if (request.TemplateId is { } id)
        {
            template = await db.Templates.VisibleTo(actor).FirstOrDefaultAsync(item => item.Id == id);
            if (template is null)
            {
                return (null, new PodResult.Invalid([new(nameof(DeployRequest.TemplateId), "There is no such template.")]));
            }
        }

        var values = WithDefaults(request, template);
        var errors = PodRules.Check(values, 0, gatewaySettings.Value.MaxTcpPorts);
        if (errors.Count > 0)
        {
            return (null, new PodResult.Invalid(errors));
        }

        var tcpPorts = values.Ports!.Count(port => port.Protocol == PortProtocol.Tcp);
        if ((await FindObstacleAsync(db, actor) ?? await AccountLimits.FindObstacleAsync(db, actor.UserId, pods: 1, tcpPorts)) is { } obstacle)
        {
            return (null, new PodResult.Refused(obstacle));
        }

        if (!addresses.Clouds.Contains(request.Cloud))
        {
            return (null, new PodResult.Refused(
                $"{request.Cloud} Cloud has no public address here. Choose the other cloud, or add one to Gateway:PublicAddresses."));
        }

        var pod = NewPod(actor, request, template, values);
        db.Pods.Add(pod);
        var refusal = await lifecycle.RunAnewAsync(db, pod, request.Overrides.Proposal);
        pod.Status = PodStatus.Provisioning;
        return (pod, refusal);
    }

    private PodEdit WithDefaults(DeployRequest request, Template? template)
    {
        var own = template is null ? request.Overrides : templates.Fill(template, request.Overrides, request.MergeEnvironment);
        return own with
        {
            Name = own.Name ?? PodNames.Propose(),
            Image = own.Image ?? "",
            Command = own.Command ?? "",
            ContainerDiskGb = own.ContainerDiskGb ?? 5,
            VolumeDiskGb = own.VolumeDiskGb ?? template?.VolumeDiskGb ?? 0,
            VolumeMountPath = own.VolumeMountPath ?? template?.VolumeMountPath ?? "",
            Ports = own.Ports ?? [],
            Environment = own.Environment ?? [],
        };
    }

    private async Task<string?> FindObstacleAsync(ConsoleDbContext db, Actor actor)
    {
        var kind = runtimeSettings.Value.Kind;
        if (runtimes.FirstOrDefault(item => item.Kind == kind) is not { } runtime)
        {
            return $"The runtime {kind} is not available here. Change Runtime:Kind.";
        }

        var shared = runtime.Capabilities.SharesConsoleUser && !runtimeSettings.Value.LocalProcess.AllowManyUsers;
        return shared && await db.Pods.AnyAsync(pod => pod.RuntimeKind == kind && pod.OwnerId != actor.UserId)
            ? "Pods of this runtime run as the console's own user, so they are for one person. Another account already has pods here. "
                + "An administrator can allow more with Runtime:LocalProcess:AllowManyUsers."
            : null;
    }

    private Pod NewPod(Actor actor, DeployRequest request, Template? template, PodEdit values)
    {
        var pod = new Pod
        {
            Id = PodId.New(),
            OwnerId = actor.UserId,
            Name = values.Name!.Trim(),
            Cloud = request.Cloud,
            RuntimeKind = runtimeSettings.Value.Kind,
            TemplateId = template?.Id,
            TemplateName = template?.Name ?? "",
            Readme = template?.Readme ?? "",
            Image = values.Image!.Trim(),
            Command = values.Command!,
            ContainerDiskGb = values.ContainerDiskGb!.Value,
            VolumeDiskGb = values.VolumeDiskGb!.Value,
            VolumeMountPath = values.VolumeMountPath!,
            Environment = secrets.Seal(values.Environment!, []),
            Locked = values.Locked ?? false,
            Compute = request.Compute,
            IdempotencyKey = request.IdempotencyKey is { Length: > 0 } key ? key : null,
            DiskGeneration = 1,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
            Version = 1,
        };
        pod.Ports.AddRange(values.Ports!.Select(port => new PodPort
        {
            PodId = pod.Id,
            Protocol = port.Protocol,
            Number = port.Number,
            Label = port.Label,
        }));
        return pod;
    }
}
