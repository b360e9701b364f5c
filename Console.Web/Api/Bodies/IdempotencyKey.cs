using System.Diagnostics.CodeAnalysis;

namespace PodConsole.Web.Api.Bodies;

/// <summary>The header by which a retry of a creation is known: it answers with what the first request made.</summary>
internal static class IdempotencyKey
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>Reads the key.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">The key; empty when there is none.</param>
    /// <param name="problem">The answer when it is too long.</param>
    public static bool TryRead(HttpContext context, out string key, [NotNullWhen(false)] out IResult? problem)
    {
        key = context.Request.Headers[Header].ToString();
        problem = key.Length > MaxLength ? Problem.Of(StatusCodes.Status400BadRequest, $"An {Header} has at most {MaxLength} characters.") : null;
        return problem is null;
    }
}
