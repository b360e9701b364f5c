using PodConsole.Domain.Pods;
using PodConsole.Domain.Templates;
using PodConsole.Web.Api.Pods;

namespace PodConsole.Web.Api.Templates;

/// <summary>Templates, by name (<c>ListTemplatesResponse</c>).</summary>
internal sealed record TemplatesAnswer(IReadOnlyList<TemplateAnswer> Templates);

/// <summary>A template as the contract shows it (<c>Template</c>). Values of secret variables are empty.</summary>
internal sealed record TemplateAnswer
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Image { get; init; }

    public required string Args { get; init; }

    public required int Disk { get; init; }

    public required MountsAnswer Mounts { get; init; }

    public required IReadOnlyList<string> Ports { get; init; }

    public required IReadOnlyDictionary<string, string> Env { get; init; }

    public string? Registry { get; }

    public bool Serverless { get; }

    public required bool Public { get; init; }

    public required string Category { get; init; }

    public required bool StartSsh { get; init; }

    public required bool StartJupyter { get; init; }

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
