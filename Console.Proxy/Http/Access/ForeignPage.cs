using Microsoft.AspNetCore.Http;

namespace PodConsole.Proxy.Http.Access;

/// <summary>Tells requests that a page of somebody else made a browser send, to which the browser adds the visitor's cookie.</summary>
internal static class ForeignPage
{
    /// <summary>
    /// Whether a page that is not the pod's own sent the request. Following a link is not foreign; a program that sends
    /// none of the headers has no foreign pages.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="podId">The pod's id, in small letters.</param>
    public static bool Sent(HttpRequest request, string podId)
    {
        var (headers, host) = (request.Headers, request.Host.Value ?? "");
        var site = headers["Sec-Fetch-Site"].ToString();
        if (headers.Origin is [{ Length: > 0 } origin])
        {
            // A page that sends no referrer has its own forms say "null" too (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
            // A sandboxed one says it as well, but is cross-site to the browser, and no page sets that header.
            return !IsOfPod(origin, host, podId) && (origin, site) is not ("null", "same-origin");
        }

        return site is "cross-site" or "same-site" && !FollowsLink(request)
            && !(headers.Referer is [{ Length: > 0 } from] && IsOfPod(OriginOf(from), host, podId));
    }

    // Not into a frame: there somebody else's page could make the visitor click on what he does not see.
    private static bool FollowsLink(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers["Sec-Fetch-Mode"].ToString() == "navigate" && request.Headers["Sec-Fetch-Dest"].ToString() is ("" or "document");

    private static string OriginOf(string url) => url.IndexOf('/', Math.Min("https://".Length, url.Length)) is > 0 and var end ? url[..end] : url;

    // All ports of a pod are one site: https://{podId}-{any port}.{the same domain and port}.
    private static bool IsOfPod(string origin, string host, string podId)
    {
        const string Scheme = "https://";
        var dot = host.IndexOf('.');
        var from = origin.IndexOf('.');
        return dot > 0 && from > 0
            && origin.StartsWith(Scheme + podId + "-", StringComparison.OrdinalIgnoreCase)
            && !origin.AsSpan(Scheme.Length + podId.Length + 1, from - Scheme.Length - podId.Length - 1).ContainsAnyExceptInRange('0', '9')
            && origin.AsSpan(from).Equals(host.AsSpan(dot), StringComparison.OrdinalIgnoreCase);
    }
}
