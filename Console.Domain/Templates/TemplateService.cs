using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Templates;

/// <summary>Reads and writes templates. A pod is a snapshot: nothing here ever changes an existing pod.</summary>
public sealed class TemplateService(
    IDbContextFactory<ConsoleDbContext> contexts, SecretBox secrets, AuditTrail audit, IOptions<GatewaySettings> settings, TimeProvider clock)
{
    private const int MaxReadmeLength = 100_000;
    private const string OnlyAuthorsPublish = "Only template authors and administrators publish templates to everyone.";

    /// <summary>The caller's own templates, by name.</summary>
    public async Task<IReadOnlyList<Template>> ListOwnAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().Where(template => template.OwnerId == actor.UserId)
            .OrderBy(template => template.Name).ToListAsync(cancellationToken);
    }

    /// <summary>Another account's templates, by name, for administrators; to anybody else there are none.</summary>
    public async Task<IReadOnlyList<Template>> ListOfAsync(Actor actor, string ownerId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().Where(template => actor.IsAdmin && template.OwnerId == ownerId)
            .OrderBy(template => template.Name).ToListAsync(cancellationToken);
    }

    /// <summary>Everyone's public templates, the seeded ones first, then by name.</summary>
    public async Task<IReadOnlyList<Template>> ListPublicAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().Where(template => template.IsPublic)
            .OrderBy(template => template.OwnerId != null).ThenBy(template => template.Name).ToListAsync(cancellationToken);
    }

    /// <summary>One template; null when there is none that the caller may know of.</summary>
    public async Task<Template?> FindAsync(Actor actor, string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().VisibleTo(actor).FirstOrDefaultAsync(template => template.Id == id, cancellationToken);
    }

    /// <summary>Makes a template.</summary>
    /// <param name="actor">Who asks, and will own it.</param>
    /// <param name="draft">Its values.</param>
    /// <param name="copyOf">The template it is a duplicate of: its secrets stand for the draft's empty ones.</param>
    /// <param name="cancellationToken">Stops it before the commit.</param>
    public async Task<TemplateResult> CreateAsync(
        Actor actor, TemplateDraft draft, string? copyOf = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await FindEarlierAsync(db, actor, draft) is { } earlier)
        {
            return new TemplateResult.Saved(earlier);
        }

        var template = new Template
        {
            Id = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10),
            OwnerId = actor.UserId,
            IdempotencyKey = draft.IdempotencyKey is { Length: > 0 } key ? key : null,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        if (copyOf is not null && await db.Templates.VisibleTo(actor).FirstOrDefaultAsync(item => item.Id == copyOf, cancellationToken) is { } source)
        {
            (template.Environment, template.Traits) = (source.Environment, source.Traits);
        }

        if (await ApplyAsync(db, actor, template, draft) is { } refusal)
        {
            return refusal;
        }

        db.Templates.Add(template);
        await audit.RecordAsync(db, actor, AuditActions.TemplateCreate, SubjectOf(template), template.IsPublic ? "for everyone" : "");
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new TemplateResult.Saved(template);
    }

    /// <summary>Changes a template.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="id">The template.</param>
    /// <param name="version">The version the caller saw; null to save over whatever is there.</param>
    /// <param name="draft">All its values.</param>
    /// <param name="cancellationToken">Stops it before the commit.</param>
    public Task<TemplateResult> UpdateAsync(
        Actor actor, string id, int? version, TemplateDraft draft, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, id, version, _ => draft, cancellationToken);

    /// <summary>Changes some of a template's values, whatever the others are.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="id">The template.</param>
    /// <param name="edit">Says which values the template is to have.</param>
    /// <param name="cancellationToken">Stops it before the commit.</param>
    public Task<TemplateResult> EditAsync(
        Actor actor, string id, Func<Template, TemplateDraft> edit, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, id, null, edit, cancellationToken);

    /// <summary>Whether there is such a template that the caller may change.</summary>
    public async Task<bool> MayEditAsync(Actor actor, string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Templates.EditableBy(actor).AnyAsync(template => template.Id == id, cancellationToken);
    }

    /// <summary>Publishes a template to everyone, or makes it private again, and changes nothing else of it.</summary>
    public async Task<TemplateResult> SetPublicAsync(Actor actor, string id, bool isPublic, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Templates.EditableBy(actor).FirstOrDefaultAsync(item => item.Id == id, cancellationToken) is not { } template)
        {
            return new TemplateResult.NotFound();
        }

        if (isPublic && !template.IsPublic && !actor.CanPublish)
        {
            return new TemplateResult.Invalid([new(nameof(TemplateDraft.IsPublic), OnlyAuthorsPublish)]);
        }

        await audit.RecordAsync(db, actor, AuditActions.TemplateEdit, SubjectOf(template), VisibilityChange(template.IsPublic, isPublic));
        template.IsPublic = isPublic;
        template.Version++;
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new TemplateResult.Saved(template);
    }

    /// <summary>Deletes a template that no pod was made from.</summary>
    public async Task<TemplateResult> DeleteAsync(Actor actor, string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Templates.EditableBy(actor).FirstOrDefaultAsync(item => item.Id == id, cancellationToken) is not { } template)
        {
            return new TemplateResult.NotFound();
        }

        var users = await db.Pods.Where(pod => pod.TemplateId == id && pod.Intent != PodIntent.Terminate)
            .Select(pod => new { pod.Name, pod.OwnerId }).ToListAsync(cancellationToken);
        if (users.Count > 0)
        {
            var own = users.Where(pod => actor.IsAdmin || pod.OwnerId == actor.UserId).Select(pod => pod.Name).Order().ToList();
            return new TemplateResult.InUse(own, users.Count - own.Count);
        }

        db.Templates.Remove(template);
        await audit.RecordAsync(db, actor, AuditActions.TemplateDelete, SubjectOf(template));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new TemplateResult.Saved(template);
    }

    private static string VisibilityChange(bool before, bool after) =>
        before == after ? "" : before ? "made private" : "published to everyone";

    private static AuditSubject SubjectOf(Template template) => new(template.OwnerId, template.Id, template.Name);

    private static async Task<Template?> FindEarlierAsync(ConsoleDbContext db, Actor actor, TemplateDraft draft) =>
        draft.IdempotencyKey is not { Length: > 0 } key ? null
            : await db.Templates.FirstOrDefaultAsync(template => template.OwnerId == actor.UserId && template.IdempotencyKey == key);

    private async Task<TemplateResult> ChangeAsync(
        Actor actor, string id, int? version, Func<Template, TemplateDraft> change, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Templates.EditableBy(actor).FirstOrDefaultAsync(item => item.Id == id, cancellationToken) is not { } template)
        {
            return new TemplateResult.NotFound();
        }

        if (version is { } seen && seen != template.Version)
        {
            return new TemplateResult.Conflict(template);
        }

        var (subject, wasPublic) = (SubjectOf(template), template.IsPublic);
        if (await ApplyAsync(db, actor, template, change(template)) is { } refusal)
        {
            return refusal;
        }

        await audit.RecordAsync(db, actor, AuditActions.TemplateEdit, subject, VisibilityChange(wasPublic, template.IsPublic));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new TemplateResult.Saved(template);
    }

    private async Task<TemplateResult?> ApplyAsync(ConsoleDbContext db, Actor actor, Template template, TemplateDraft draft)
    {
        var recipe = draft.Recipe with { Name = null };
        var errors = PodRules.Check(recipe with { Image = recipe.Image ?? "" }, 0, settings.Value.MaxTcpPorts).ToList();
        var name = draft.Name.Trim();
        if (PodRules.Name(name, "template") is { } problem)
        {
            errors.Add(new(nameof(TemplateDraft.Name), problem));
        }
        else if (await db.Templates.AnyAsync(item => item.OwnerId == template.OwnerId && item.Name == name && item.Id != template.Id))
        {
            errors.Add(new(nameof(TemplateDraft.Name), $"You already have a template called {name}."));
        }

        if (draft.Readme.Length > MaxReadmeLength)
        {
            errors.Add(new(nameof(TemplateDraft.Readme), $"A readme has at most {MaxReadmeLength:N0} characters."));
        }

        if (draft.IsPublic && !template.IsPublic && !actor.CanPublish)
        {
            errors.Add(new(nameof(TemplateDraft.IsPublic), OnlyAuthorsPublish));
        }

        if (errors.Count > 0)
        {
            return new TemplateResult.Invalid(errors);
        }

        template.Name = name;
        template.Image = recipe.Image!.Trim();
        template.Command = recipe.Command ?? "";
        template.ContainerDiskGb = recipe.ContainerDiskGb ?? 5;
        template.VolumeDiskGb = recipe.VolumeDiskGb ?? 0;
        template.VolumeMountPath = recipe.VolumeMountPath ?? "";
        template.Environment = secrets.Seal(recipe.Environment ?? [], template.Environment);
        template.Ports = [.. recipe.Ports ?? []];
        template.Readme = draft.Readme;
        template.Traits = draft.Traits ?? template.Traits;
        template.IsPublic = draft.IsPublic;
        template.Version++;
        return null;
    }
}
