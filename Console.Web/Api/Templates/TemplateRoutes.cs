using PodConsole.Domain.Templates;

namespace PodConsole.Web.Api.Templates;

/// <summary>Templates for programs.</summary>
internal static class TemplateRoutes
{
    private const int MaxListed = 100;

    public static void MapTemplates(this IEndpointRouteBuilder api) => api.MapGet("/catalog/templates", ListPublicAsync);

    // The original's three sources: the seeded catalogue is official; what people publish is community; nobody verifies here.
    private static async Task<IResult> ListPublicAsync(string? source, TemplateService service, CancellationToken cancellationToken)
    {
        Func<Template, bool>? selected = source switch
        {
            null or "official" => template => template.IsOfficial,
            "verified" => _ => false,
            "community" => template => !template.IsOfficial,
            _ => null,
        };
        if (selected is null)
        {
            return Problem.Invalid(["source: value must be one of 'official', 'verified', 'community'"]);
        }

        var templates = (await service.ListPublicAsync(cancellationToken)).Where(selected).Take(MaxListed).Select(TemplateAnswer.Of);
        return TypedResults.Json(new { templates }, ApiJson.Options);
    }
}
