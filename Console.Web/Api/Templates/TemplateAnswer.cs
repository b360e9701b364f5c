using PodConsole.Domain.Pods;
using PodConsole.Domain.Templates;
using PodConsole.Web.Api.Pods;

namespace PodConsole.Web.Api.Templates;

/// <summary>Templates, by name (<c>ListTemplatesResponse</c>).</summary>
internal sealed record TemplatesAnswer(IReadOnlyList<TemplateAnswer> Templates);

/// <summary>A template (the contract's <c>Template</c>).</summary>
internal sealed record TemplateAnswer
{
    /// <summary>Ten characters of [a-z0-9], or the name of a seeded one.</summary>
    public required string Id { get; init; }

    /// <summary>Unique for its owner.</summary>
    public required string Name { get; init; }

    /// <summary>The program or container image.</summary>
    public required string Image { get; init; }

    /// <summary>Arguments with shell-like quoting.</summary>
    public required string Args { get; init; }

    /// <summary>Container disk, whole GB.</summary>
    public required int Disk { get; init; }

    /// <summary>The volume of its pods.</summary>
    public required MountsAnswer Mounts { get; init; }

    /// <summary>Exposed ports: <c>8888/http</c>, <c>22/tcp</c>, <c>70000/tcp</c> for a symmetrical one.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>Environment variables; values of secret ones are empty.</summary>
    public required IReadOnlyDictionary<string, string> Env { get; init; }

    /// <summary>Always null: there are no registries here.</summary>
    public string? Registry { get; }

    /// <summary>Always false: there are no serverless endpoints here.</summary>
    public bool Serverless { get; }

    /// <summary>Whether everyone here may deploy it.</summary>
    public required bool Public { get; init; }

    /// <summary><c>CPU</c>, <c>NVIDIA</c> or <c>AMD</c>; recorded only.</summary>
    public required string Category { get; init; }

    /// <summary>Recorded only.</summary>
    public required bool StartSsh { get; init; }

    /// <summary>Recorded only.</summary>
    public required bool StartJupyter { get; init; }

    /// <summary>Recorded only.</summary>
    public required IReadOnlyList<string> AllowedCudaVersions { get; init; }

    public static TemplateAnswer Of(Template template) => new()
    {
        Id = template.Id,
        Name = template.Name,
        Image = template.Image,
        Args = template.Command,
        Disk = template.ContainerDiskGb,
        Mounts = MountsAnswer.Of(template.VolumeDiskGb, template.VolumeMountPath),
        Ports = [.. template.Ports.Select(port => $"{port.Key}")],
        Env = SecretBox.Mask(template.Environment).ToDictionary(variable => variable.Name, variable => variable.Value),
        Public = template.IsPublic,
        Category = template.Traits.Category.ToString().ToUpperInvariant(),
        StartSsh = template.Traits.StartSsh,
        StartJupyter = template.Traits.StartJupyter,
        AllowedCudaVersions = template.Traits.CudaVersions,
    };
}
