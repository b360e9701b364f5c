using System.Security.Claims;
using PodConsole.Domain.Templates;
using PodConsole.Web.Api.Bodies;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Templates;

/// <summary>Templates for programs. The rules are those of the pages: both ask <see cref="TemplateService"/>.</summary>
internal static class TemplateRoutes
{
    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates");
        templates.MapGet("", ListOwnAsync).Describe("listTemplates", "List templates", "The own ones.").Produces<TemplatesAnswer>();
        templates.MapPost("", CreateAsync).Describe("createTemplate", "Create a template").Reads("CreateTemplateRequest", TemplateBody.ReadCreate)
            .Takes(DescribedParameter.IdempotencyKey).Produces<TemplateAnswer>(StatusCodes.Status201Created).Refuses(400, 422);
        templates.MapGet("/{id}", GetAsync).Describe("getTemplate", "Get a template", "An own or a public one.").Produces<TemplateAnswer>().Refuses(404);
        templates.MapPatch("/{id}", UpdateAsync).Describe("updateTemplate", "Update a template", "What is left out stays, and so do pods that were made from it.")
            .Reads("UpdateTemplateRequest", TemplateBody.ReadUpdate).Produces<TemplateAnswer>().Refuses(400, 404, 422);
        templates.MapDelete("/{id}", DeleteAsync).Describe("deleteTemplate", "Delete a template", "One that pods were made from stays as long as they do.")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 404);
        api.MapGet("/catalog/templates", ListPublicAsync).WithTags("Catalog").Describe("listPublicTemplates", "List public templates", "At most 100.")
            .Takes(DescribedParameter.Word("source", "The seeded ones, or what people published.", "official", "verified", "community"))
            .Produces<TemplatesAnswer>().Refuses(422);
    }

    private static async Task<IResult> ListOwnAsync(ClaimsPrincipal user, TemplateService service, CancellationToken cancellationToken) =>
        TemplateAnswers.List(await service.ListOwnAsync(user.ToActor(), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext context, ClaimsPrincipal user, TemplateService service)
    {
        if (!IdempotencyKey.TryRead(context, out var key, out var badKey))
        {
            return badKey;
        }

        var (wanted, problem) = await JsonBody.ReadAsync(context, TemplateBody.ReadCreate);
        return problem ?? Obstacle(wanted!)
            ?? TemplateAnswers.Of(await service.CreateAsync(user.ToActor(), wanted!.ToDraft(key), null, context.RequestAborted), TemplateAnswers.Created);
    }

    private static async Task<IResult> GetAsync(string id, ClaimsPrincipal user, TemplateService service, CancellationToken cancellationToken) =>
        await service.FindAsync(user.ToActor(), id, cancellationToken) is { } template ? TemplateAnswers.Ok(template) : TemplateAnswers.NotFound;

    // What is wrong with a body is told only to those who may change the template: to others there is none.
    private static async Task<IResult> UpdateAsync(string id, HttpContext context, ClaimsPrincipal user, TemplateService service)
    {
        var (wanted, problem) = await JsonBody.ReadAsync(context, TemplateBody.ReadUpdate);
        var actor = user.ToActor();
        return (problem ?? Obstacle(wanted!)) is { } refusal
            ? await service.MayEditAsync(actor, id, context.RequestAborted) ? refusal : TemplateAnswers.NotFound
            : TemplateAnswers.Of(await service.EditAsync(actor, id, wanted!.Apply, context.RequestAborted), TemplateAnswers.Ok);
    }

    private static async Task<IResult> DeleteAsync(string id, ClaimsPrincipal user, TemplateService service, CancellationToken cancellationToken) =>
        TemplateAnswers.Of(await service.DeleteAsync(user.ToActor(), id, cancellationToken), _ => TypedResults.NoContent());

    // The original's three sources: the seeded catalogue is official; what people publish is community; nobody verifies here.
    private static async Task<IResult> ListPublicAsync(string? source, TemplateService service, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        Func<Template, bool> selected = QueryText.OneOf("source", source, errors, "official", "verified", "community") switch
        {
            "verified" => _ => false,
            "community" => template => !template.IsOfficial,
            _ => template => template.IsOfficial,
        };
        return errors.Count > 0
            ? Problem.Invalid(errors)
            : TemplateAnswers.List((await service.ListPublicAsync(cancellationToken)).Where(selected).Take(TemplateAnswers.MaxPublic));
    }

    private static IResult? Obstacle(TemplateBody wanted) =>
        wanted.Container.Obstacle is { } message ? Problem.Of(StatusCodes.Status400BadRequest, message) : null;
}
