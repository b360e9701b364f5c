using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Templates;

/// <summary>All of a template that its owner sets.</summary>
public sealed record TemplateDraft
{
    /// <summary>Unique per owner.</summary>
    public required string Name { get; init; }

    /// <summary>Program or image, arguments, disks, environment and ports, as in <see cref="PodEdit"/>; its name is not used.</summary>
    public required PodEdit Recipe { get; init; }

    /// <summary>Markdown; at most 100,000 characters.</summary>
    public string Readme { get; init; } = "";

    /// <summary>Whether everyone may deploy it; only for those who may publish.</summary>
    public bool IsPublic { get; init; }

    /// <summary>What programs say about it; null leaves it as it is.</summary>
    public TemplateTraits? Traits { get; init; }

    /// <summary>A repeated creation with the same key answers with the template that the first one made.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>A template's values as they are, its secrets without their values: saving it changes nothing.</summary>
    public static TemplateDraft Of(Template template) => new()
    {
        Name = template.Name,
        Recipe = new()
        {
            Image = template.Image,
            Command = template.Command,
            ContainerDiskGb = template.ContainerDiskGb,
            VolumeDiskGb = template.VolumeDiskGb,
            VolumeMountPath = template.VolumeMountPath,
            Environment = SecretBox.Mask(template.Environment),
            Ports = template.Ports,
        },
        Readme = template.Readme,
        IsPublic = template.IsPublic,
    };
}
