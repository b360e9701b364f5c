using System.Security.Claims;
using PodConsole.Domain.Audit;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Audit;

/// <summary>
/// Who did what, the latest first: everything with an administrator's key, else what the caller did and what others did to what is
/// his. Beyond the contract, in its style.
/// </summary>
internal static class AuditRoutes
{
    private const int DefaultLimit = 50;

    public static void MapAudit(this IEndpointRouteBuilder api) => api.MapGet("/audit", ListAsync).WithTags("Audit")
        .Describe("listAudit", "List who did what",
            "The latest first. With an administrator's key everything; else what the account did, and what others did to what is its own.")
        .Takes(
            new("text", "Found in e-mail addresses, sources, names, ids and details."),
            new("kind", "What it was done to: `pod`, `port`, `template`, `key`, `session` or `user`."),
            DescribedParameter.Time("from", "Not before this time."),
            DescribedParameter.Time("until", "Before this time."),
            DescribedParameter.Number("limit", "How many entries are read.", 1, AuditQueries.MaxPageSize, DefaultLimit),
            new("cursor", "The `nextCursor` of the page before."))
        .Produces<AuditAnswer>().Refuses(422);

    private static async Task<IResult> ListAsync(
        string? text, string? kind, string? from, string? until, string? limit, string? cursor,
        ClaimsPrincipal user, AuditQueries queries, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        var filter = new AuditFilter
        {
            Text = text,
            Kind = kind,
            From = QueryText.Time("from", from, errors),
            Until = QueryText.Time("until", until, errors),
            Before = QueryText.Number("cursor", cursor, 1, long.MaxValue, errors),
        };
        var take = (int)(QueryText.Number("limit", limit, 1, AuditQueries.MaxPageSize, errors) ?? DefaultLimit);
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        var actor = user.ToActor();
        var page = actor.IsAdmin
            ? await queries.ListAsync(actor, filter, 0, take, cancellationToken)
            : await queries.ListOwnAsync(actor, filter, 0, take, cancellationToken);
        return TypedResults.Json(AuditAnswer.Of(page), ApiJson.Options);
    }
}
