using PodConsole.Domain.Templates;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Templates;

/// <summary>Turns templates and results into answers of the contract.</summary>
internal static class TemplateAnswers
{
    /// <summary>Public templates in one list.</summary>
    public const int MaxPublic = 100;

    /// <summary>No such template, or not one that the caller may know of, or change.</summary>
    public static IResult NotFound => Problem.NotFound("template");

    public static IResult List(IEnumerable<Template> templates) =>
        TypedResults.Json(new TemplatesAnswer([.. templates.Select(TemplateAnswer.Of)]), ApiJson.Options);

    public static IResult Ok(Template template) => TypedResults.Json(TemplateAnswer.Of(template), ApiJson.Options);

    public static IResult Created(Template template) =>
        TypedResults.Json(TemplateAnswer.Of(template), ApiJson.Options, statusCode: StatusCodes.Status201Created);

    /// <summary>The answer to a change.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="saved">The answer when it was saved.</param>
    public static IResult Of(TemplateResult result, Func<Template, IResult> saved) => result switch
    {
        TemplateResult.Saved done => saved(done.Template),
        TemplateResult.Invalid invalid when invalid.Errors.FirstOrDefault(error => error.Field == nameof(TemplateDraft.IsPublic)) is { } error =>
            Problem.Of(StatusCodes.Status403Forbidden, error.Message),
        TemplateResult.Invalid invalid => Problem.Invalid([.. invalid.Errors.Select(error => $"{ContainerBody.PathOf(error.Field)}: {error.Message}")]),
        TemplateResult.InUse inUse => Problem.Of(StatusCodes.Status400BadRequest, inUse.Explain("The template")),
        _ => NotFound,
    };
}
