using PodConsole.Domain.Templates;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Templates;

/// <summary>What a program wants of a template, read and well-formed; null for what it does not say.</summary>
/// <param name="Container">Name, recipe and obstacles.</param>
/// <param name="IsPublic">Whether everyone may deploy it.</param>
/// <param name="Traits">Changes what is recorded about it.</param>
internal sealed record TemplateBody(ContainerBody Container, bool? IsPublic, Func<TemplateTraits, TemplateTraits> Traits)
{
    // What the contract says about a template that does not say it.
    private static readonly TemplateTraits Defaults = new() { Category = TemplateCategory.Nvidia, StartSsh = true, StartJupyter = true };

    /// <summary>Reads <c>CreateTemplateRequest</c>.</summary>
    public static TemplateBody ReadCreate(BodyReader body)
    {
        body.Require("name", "image");
        return ReadUpdate(body);
    }

    /// <summary>Reads <c>UpdateTemplateRequest</c>.</summary>
    public static TemplateBody ReadUpdate(BodyReader body)
    {
        TemplateCategory? category = body.OneOf("category", "CPU", "NVIDIA", "AMD") is { } text && Enum.TryParse<TemplateCategory>(text, true, out var value)
            ? value
            : null;
        var (ssh, jupyter, cuda) = (body.Boolean("startSsh"), body.Boolean("startJupyter"), ContainerBody.ReadCudaVersions(body));
        var container = ContainerBody.Read(body, knowsNetworkVolumes: false);
        return new(
            body.Boolean("serverless") == true
                ? container with { Obstacle = container.Obstacle ?? "There are no serverless endpoints here: leave serverless out." }
                : container,
            body.Boolean("public"),
            traits => traits with
            {
                Category = category ?? traits.Category,
                StartSsh = ssh ?? traits.StartSsh,
                StartJupyter = jupyter ?? traits.StartJupyter,
                CudaVersions = cuda ?? traits.CudaVersions,
            });
    }

    /// <summary>The template to be made.</summary>
    /// <param name="idempotencyKey">Names the request; may be empty.</param>
    public TemplateDraft ToDraft(string idempotencyKey) => new()
    {
        Name = Container.Edit.Name!,
        Recipe = Container.Edit,
        IsPublic = IsPublic == true,
        Traits = Traits(Defaults),
        IdempotencyKey = idempotencyKey,
    };

    /// <summary>The values that a template is to have.</summary>
    /// <param name="saved">The template as it is.</param>
    public TemplateDraft Apply(Template saved)
    {
        var (draft, edit) = (TemplateDraft.Of(saved), ContainerBody.KeepUnsaid(Container.Edit, saved.Ports, saved.Environment));
        return draft with
        {
            Name = edit.Name ?? draft.Name,
            Recipe = draft.Recipe with
            {
                Image = edit.Image ?? draft.Recipe.Image,
                Command = edit.Command ?? draft.Recipe.Command,
                ContainerDiskGb = edit.ContainerDiskGb ?? draft.Recipe.ContainerDiskGb,
                VolumeDiskGb = edit.VolumeDiskGb ?? draft.Recipe.VolumeDiskGb,
                VolumeMountPath = edit.VolumeMountPath ?? draft.Recipe.VolumeMountPath,
                Environment = edit.Environment ?? draft.Recipe.Environment,
                Ports = edit.Ports ?? draft.Recipe.Ports,
            },
            IsPublic = IsPublic ?? draft.IsPublic,
            Traits = Traits(saved.Traits),
        };
    }
}
