using Microsoft.Extensions.Primitives;

namespace PodConsole.Proxy.Http;

/// <summary>Keeps the console's cookies away from pods, and pods' cookies away from the console and each other.</summary>
internal static class CookieRules
{
    /// <summary>How the names of all the console's cookies start.</summary>
    public const string ConsolePrefix = "__Host-PodConsole";

    /// <summary>Whether a <c>Cookie</c> header may hold a cookie of the console.</summary>
    public static bool MentionsConsole(string cookies) => cookies.Contains(ConsolePrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>A <c>Cookie</c> header without the console's cookies; empty when nothing is left.</summary>
    public static string WithoutConsole(string cookies) =>
        string.Join("; ", cookies.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(cookie => !IsConsoles(cookie)));

    /// <summary>
    /// Whether a pod may set this cookie: not under a name of the console, and for no other host than its own. Domains are
    /// compared as they are written, because browsers read more than one spelling (<c>ex%61mple.org</c>).
    /// </summary>
    /// <param name="setCookie">The value of a <c>Set-Cookie</c> header.</param>
    /// <param name="host">The host name of the pod's address.</param>
    public static bool MaySet(string setCookie, ReadOnlySpan<char> host)
    {
        var parts = setCookie.AsSpan().Split(';');
        var first = true;
        foreach (var range in parts)
        {
            var part = setCookie.AsSpan(range).Trim();
            if (first ? IsConsoles(part) : IsForAnotherHost(part, host))
            {
                return false;
            }

            first = false;
        }

        return true;
    }

    /// <summary>
    /// A <c>Clear-Site-Data</c> header that leaves cookies alone; empty when nothing is left. Browsers take those of the whole
    /// site: of the other pods, and of a console on the same domain.
    /// </summary>
    public static string WithoutCookies(StringValues clearSiteData) =>
        string.Join(", ", clearSiteData.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(kind => !kind.Contains("cookies", StringComparison.OrdinalIgnoreCase) && !kind.Contains('*')));

    // Browsers take "=name" for a cookie without a name whose value is "name", and send it as "name" again.
    private static bool IsConsoles(ReadOnlySpan<char> cookie) =>
        cookie.TrimStart("= \t").StartsWith(ConsolePrefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsForAnotherHost(ReadOnlySpan<char> attribute, ReadOnlySpan<char> host)
    {
        var equals = attribute.IndexOf('=');
        if (equals < 0 || !attribute[..equals].Trim().Equals("Domain", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var domain = attribute[(equals + 1)..].Trim();
        return !domain.IsEmpty && !domain.TrimStart('.').Equals(host, StringComparison.OrdinalIgnoreCase);
    }
}
