using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;

namespace PodConsole.Proxy.Http.Access;

/// <summary>Tells requests that a page of somebody else made a browser send, to which the browser adds the visitor's cookie.</summary>
internal static class ForeignPage
{
    /// <summary>
    /// Whether a page that is not the pod's own sent the request. Following a link is not foreign; a program that sends
    /// neither header has no foreign pages.
    /// </summary>
    public static bool Sent(HttpRequest request, PodId podId)
    {
        if (request.Headers.Origin is [{ Length: > 0 } origin])
        {
            return !IsOfPod(origin, request.Host.Value ?? "", podId.Value);
        }

        var headers = request.Headers;
        return headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            && !(headers["Sec-Fetch-Mode"].ToString() == "navigate" && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)));
    }

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
