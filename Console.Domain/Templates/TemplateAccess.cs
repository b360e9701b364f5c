using PodConsole.Domain.Accounts;

namespace PodConsole.Domain.Templates;

/// <summary>The one place that says whose templates somebody may see, and which he may change.</summary>
public static class TemplateAccess
{
    /// <summary>The caller's own, and everyone's public ones.</summary>
    public static IQueryable<Template> VisibleTo(this IQueryable<Template> templates, Actor actor) =>
        templates.Where(template => template.OwnerId == actor.UserId || template.IsPublic || actor.IsAdmin);

    /// <summary>The caller's own; to an administrator all but the seeded ones.</summary>
    public static IQueryable<Template> EditableBy(this IQueryable<Template> templates, Actor actor) =>
        templates.Where(template => template.OwnerId != null && (template.OwnerId == actor.UserId || actor.IsAdmin));
}
