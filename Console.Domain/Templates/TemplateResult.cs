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
    public sealed record InUse(IReadOnlyList<string> Pods, int Others) : TemplateResult
    {
        /// <summary>Why the template is not deleted, and what to do.</summary>
        /// <param name="name">The template's name.</param>
        public string Explain(string name)
        {
            var others = Others switch { 0 => "", 1 => "a pod of somebody else", var count => $"{count} pods of other people" };
            var users = string.Join(" and ", new[] { string.Join(", ", Pods), others }.Where(text => text.Length > 0));
            return $"{name} cannot be deleted while pods that were made from it exist: {users}. Terminate them first.";
        }
    }
}
