using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Http.Access;

/// <summary>The token with which a program opens a restricted port. It is for the gateway, and never reaches a pod.</summary>
internal static class PodToken
{
    /// <summary>The header for services that use <c>Authorization</c> themselves.</summary>
    public const string Header = "X-Pod-Token";

    private const string Scheme = "Bearer ";

    /// <summary>The token of a request; null for none of ours.</summary>
    public static string? Of(IHeaderDictionary headers) =>
        headers[Header] is [{ } own] && own.StartsWith(PortGrant.TokenPrefix, StringComparison.Ordinal) ? own
        : IsIn(headers.Authorization) ? headers.Authorization[0]![Scheme.Length..].Trim()
        : null;

    /// <summary>Takes every token of ours out of a request.</summary>
    public static void Strip(IHeaderDictionary headers)
    {
        headers.Remove(Header);
        if (IsIn(headers.Authorization))
        {
            headers.Remove("Authorization");
        }
    }

    private static bool IsIn(Microsoft.Extensions.Primitives.StringValues authorization) =>
        authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value.AsSpan(Scheme.Length).TrimStart().StartsWith(PortGrant.TokenPrefix, StringComparison.Ordinal);
}
