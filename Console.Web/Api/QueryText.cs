using System.Globalization;

namespace PodConsole.Web.Api;

/// <summary>Reads what stands in a query or a header. What is wrong becomes an error that names it; what is empty is null.</summary>
internal static class QueryText
{
    // RFC 3339, with up to seven digits behind the second.
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>A time, UTC; one without an offset is UTC.</summary>
    public static DateTime? Time(string name, string? text, List<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.UtcDateTime;
        }

        errors.Add($"{name}: want a time such as 2026-06-01T12:02:03Z");
        return null;
    }

    /// <summary>A whole number.</summary>
    public static long? Number(string name, string? text, long minimum, long maximum, List<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        errors.Add(maximum == long.MaxValue ? $"{name}: want an integer from {minimum}" : $"{name}: want an integer from {minimum} to {maximum}");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public static string? OneOf(string name, string? text, List<string> errors, params IReadOnlyList<string> allowed)
    {
        if (string.IsNullOrEmpty(text) || allowed.Contains(text))
        {
            return string.IsNullOrEmpty(text) ? null : text;
        }

        errors.Add($"{name}: value must be one of {string.Join(", ", allowed.Select(word => $"'{word}'"))}");
        return null;
    }
}
