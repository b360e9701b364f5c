using PodConsole.Domain.Pods;

namespace PodConsole.Web.Shared.Recipes;

/// <summary>Reads lists of errors for the fields of a form.</summary>
internal static class FieldErrors
{
    /// <summary>Everything that is wrong with one field; null when nothing is.</summary>
    public static string? TextOf(this IEnumerable<FieldError> errors, string field) =>
        string.Join(' ', errors.Where(error => error.Field == field).Select(error => error.Message).Distinct()) is { Length: > 0 } text ? text : null;
}
