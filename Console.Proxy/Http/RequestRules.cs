using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace PodConsole.Proxy.Http;

/// <summary>Which requests are refused whatever host they are for: those that two programs could read in two ways.</summary>
internal static class RequestRules
{
    /// <summary>The answer to a request that is refused; null when it may go on.</summary>
    public static GatewayAnswer? Refuse(HttpContext context)
    {
        var features = context.Features;
        if (HttpMethods.IsConnect(context.Request.Method)
            && features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: "websocket" })
        {
            return GatewayAnswer.ConnectRefused;
        }

        var target = features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var headers = context.Request.Headers;
        return target.ContainsAnyExceptInRange('!', '~') || target.Contains('#') || IsFramedOddly(context.Request) || IsOddUpgrade(context.Request)
            ? GatewayAnswer.BadRequest
            : HeaderRules.Refuse(headers);
    }

    // The server takes any list of codings that ends with chunked, also with a length beside it, which it then renames, and
    // also over HTTP/1.0. A load balancer in front may have read such a request in another way. HTTP/2 has none of it.
    private static bool IsFramedOddly(HttpRequest request)
    {
        var headers = request.Headers;
        if (HttpProtocol.IsHttp2(request.Protocol))
        {
            return headers.TransferEncoding.Count > 0 || headers.Upgrade.Count > 0;
        }

        return headers.TransferEncoding is { Count: > 0 } coding
            && (coding is not [var only] || !"chunked".Equals(only, StringComparison.OrdinalIgnoreCase)
                || headers.ContainsKey("X-" + HeaderNames.ContentLength)
                || HttpProtocol.IsHttp10(request.Protocol));
    }

    // A WebSocket begins with GET over HTTP/1.1 (RFC 6455, 4.1). The forwarder would make it one, so another request than was sent.
    private static bool IsOddUpgrade(HttpRequest request) => request.Headers.Upgrade is { Count: > 0 } upgrade
        && upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
        && (!HttpMethods.IsGet(request.Method) || HttpProtocol.IsHttp10(request.Protocol));
}
