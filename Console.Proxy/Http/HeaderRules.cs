using System.Buffers;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PodConsole.Proxy.Http;

/// <summary>Which of a client's headers never reach a pod.</summary>
internal static class HeaderRules
{
    // Besides X-Forwarded-*, which the gateway sets itself: other names under which programs look for the client's
    // address, and Proxy, which CGI turns into HTTP_PROXY.
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "CF-Connecting-IP", "CF-Connecting-IPv6", "CF-Pseudo-IPv4", "Client-IP", "CloudFront-Viewer-Address",
        "Fastly-Client-IP", "Fly-Client-IP", "Forwarded", "Forwarded-For", "Proxy", "Proxy-Client-IP", "True-Client-IP", "WL-Proxy-Client-IP",
        "X-Appengine-User-IP", "X-Azure-ClientIP", "X-Client-IP", "X-Cluster-Client-IP", "X-Envoy-External-Address", "X-Originating-IP",
        "X-ProxyUser-IP", "X-Real-IP", "X-Remote-Addr", "X-Remote-IP");

    private static readonly string[] Prefixes = ["X-Forwarded", "X-Original-"];

    private const int MaxHeaders = 100;
    private const int MaxLength = 32 << 10;

    private static readonly string[] Framing = ["Connection", "Content-Length", "Host", "Transfer-Encoding", "Upgrade"];

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // Not the tab.
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(number => number != '\t').Append(127).Select(number => (char)number)]);

    /// <summary>
    /// Whether a header claims what only the gateway may say, or passes for one that frames a message. Many servers read
    /// <c>_</c> and <c>-</c> as the same.
    /// </summary>
    public static bool IsLookAlike(string name)
    {
        // Nearly every header leaves here.
        if ((name[0] | 0x20) is not ('x' or 'f' or 't' or 'c' or 'p' or 'w'))
        {
            return false;
        }

        var isOdd = name.Contains('_');
        var plain = isOdd ? name.Replace('_', '-') : name;
        return (isOdd && Framing.Contains(plain, StringComparer.OrdinalIgnoreCase))
            || Names.Contains(plain)
            || Array.Exists(Prefixes, prefix => plain.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether an <c>Expect</c> header asks for something that the gateway cannot promise.</summary>
    public static bool IsUnknownExpectation(string? value) =>
        value is { Length: > 0 } && !value.Equals("100-continue", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The answer to headers with characters that RFC 9110, 5.1 and 5.5, forbids and the server takes, or that are more, or together
    /// longer, than services usually take; null when they may pass. The server itself takes twice that.
    /// </summary>
    public static GatewayAnswer? Refuse(IHeaderDictionary headers)
    {
        // A name that is repeated is one entry.
        var (count, length) = (0, 0);
        foreach (var (name, values) in headers)
        {
            if (name.AsSpan().ContainsAnyExcept(NameCharacters))
            {
                return GatewayAnswer.BadRequest;
            }

            count += values.Count;
            for (var index = 0; index < values.Count; index++)
            {
                var value = values[index].AsSpan();
                length += name.Length + value.Length + 4;
                if (value.ContainsAny(Controls))
                {
                    return GatewayAnswer.BadRequest;
                }
            }
        }

        return count > MaxHeaders || length > MaxLength ? GatewayAnswer.HeadersTooLarge : null;
    }

    /// <summary>
    /// Leaves an upgrade to SPDY unasked for, as a server may (RFC 9110, 7.8). The forwarder would make any request with it a GET, and
    /// of the answer a tunnel that nothing watches.
    /// </summary>
    public static void DropSpdy(IHeaderDictionary headers)
    {
        if (headers.Upgrade.Count > 0 && headers.Upgrade.ToString().Contains("SPDY/", StringComparison.OrdinalIgnoreCase))
        {
            headers.Remove(HeaderNames.Upgrade);
        }
    }

    /// <summary>
    /// Removes the headers that a <c>Connection</c> header declares to be for this hop alone (RFC 9110, 7.6.1), but for
    /// those that frame the message. Trailers of a request are not passed on, so nothing may announce them.
    /// </summary>
    public static void RemoveHopByHop(IHeaderDictionary headers)
    {
        headers.Remove(HeaderNames.Trailer);
        var connection = headers.Connection.ToString();
        if (connection is "" or "keep-alive" or "Upgrade" or "close")
        {
            return;
        }

        foreach (var name in connection.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Framing.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                headers.Remove(name);
            }
        }
    }
}
