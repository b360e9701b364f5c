using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Http.Access;

/// <summary>The token with which a program opens a restricted port. It is for the gateway, and never reaches a pod.</summary>
internal static class PodToken
{
    /// <summary>The header for services that use <c>Authorization</c> themselves.</summary>
    public const string Header = "X-Pod-Token";

    private const string Scheme = "Bearer ";

    /// <summary>The token of a request; null for none of ours. In more than one line of a header none is looked for.</summary>
    public static string? Of(IHeaderDictionary headers) =>
        headers[Header] is [{ } own] && own.StartsWith(PortGrant.TokenPrefix, StringComparison.Ordinal) ? own
        : headers.Authorization is [{ } line] && IsOurs(line) ? line[Scheme.Length..].Trim()
        : null;

    /// <summary>Takes every token of ours out of a request.</summary>
    public static void Strip(IHeaderDictionary headers)
    {
        headers.Remove(Header);
        if (headers.Authorization is { Count: > 0 } lines && lines.Any(IsOurs))
        {
            headers.Authorization = lines.Where(line => !IsOurs(line)).ToArray();
        }
    }

    private static bool IsOurs(string? line) =>
        line is not null && line.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && line.AsSpan(Scheme.Length).TrimStart().StartsWith(PortGrant.TokenPrefix, StringComparison.Ordinal);
}
