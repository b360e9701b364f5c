using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace PodConsole.Web.Api;

/// <summary>Every answer of the API that is not a success: <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, for people.</param>
/// <param name="Errors">Each thing that is wrong with the body, after the JSON path where it is.</param>
internal sealed record Problem(
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Errors = null)
{
    /// <summary>How it is written.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The answer for a status.</summary>
    public static IResult Of(int status, string detail, IReadOnlyList<string>? errors = null) => TypedResults.Json(
        new Problem(ReasonPhrases.GetReasonPhrase(status), status, detail, errors), ApiJson.Options, MediaType, status);

    /// <summary>The body has these errors.</summary>
    public static IResult Invalid(IReadOnlyList<string> errors) =>
        Of(StatusCodes.Status422UnprocessableEntity, "Request validation failed.", errors);

    /// <summary>There is no such thing, or none that the caller may know of.</summary>
    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, $"{what} not found");
}
