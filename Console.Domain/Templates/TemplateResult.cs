using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Templates;

/// <summary>How a change to a template ended.</summary>
public abstract record TemplateResult
{
    private TemplateResult()
    {
    }

    /// <summary>Saved, or deleted.</summary>
    public sealed record Saved(Template Template) : TemplateResult;

    /// <summary>Nothing was saved: these fields are wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : TemplateResult;

    /// <summary>Nothing was saved: somebody else saved first.</summary>
    public sealed record Conflict(Template Current) : TemplateResult;

    /// <summary>No such template, or not one that the caller may change.</summary>
    public sealed record NotFound : TemplateResult;

    /// <summary>It cannot be deleted: these pods were made from it.</summary>
    /// <param name="Pods">Names of the caller's pods.</param>
    /// <param name="Others">How many pods of other people there are.</param>
    public sealed record InUse(IReadOnlyList<string> Pods, int Others) : TemplateResult;
}

/// <summary>All that a template's form holds.</summary>
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
}
