using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Repetition;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http;

/// <summary>What changes between a client and a pod: as little as possible, the rest passes through as it came.</summary>
internal sealed class PodTransformer : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        HeaderRules.RemoveHopByHop(request.Headers);
        PodToken.Strip(request.Headers);
        if (proxyRequest.Content is null && proxyRequest.Method != HttpMethod.Get && proxyRequest.Method != HttpMethod.Head)
        {
            // The handler sends a request without content again when a pooled connection closes under it. Only GET and
            // HEAD may run twice, so the others get an empty content.
            request.ContentLength = 0;
        }

        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = TargetOf(httpContext, destinationPrefix);
        DropClaims(proxyRequest.Headers);
        DropConsoleCookies(proxyRequest.Headers, request.Headers.Cookie);
        if (HeaderRules.IsUnknownExpectation(request.Headers.Expect) || HttpProtocol.IsHttp10(request.Protocol))
        {
            proxyRequest.Headers.Remove(HeaderNames.Expect);
        }

        var host = request.Host.Value;
        proxyRequest.Headers.Host = host;
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", AddressOf(httpContext.Connection.RemoteIpAddress));
        proxyRequest.Headers.TryAddWithoutValidation(RequestTarget.MarkedHeader, request.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", host);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && !IsHttp(proxyResponse))
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "Not an answer that HTTP knows.");
        }

        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        if (headers.SetCookie is { Count: > 0 } cookies)
        {
            var host = httpContext.Request.Host.Value;
            headers.SetCookie = cookies.Where(cookie => CookieRules.MaySet(cookie!, PodHost.WithoutPort(host))).ToArray();
        }

        if (headers.Remove("Clear-Site-Data", out var cleared) && CookieRules.WithoutCookies(cleared) is { Length: > 0 } kept)
        {
            headers["Clear-Site-Data"] = kept;
        }

        if (proxyResponse is { Content.Headers.ContentLength: null } && HasBody(httpContext.Request, proxyResponse.StatusCode)
            && headers.GrpcStatus.Count == 0)
        {
            // A stream may have nothing to say for a while: whoever opened it must still learn that it is open. A gRPC call that
            // ends at once must not: its status is only one where the stream ends with the header. Not cancelled, because a
            // failure here, with the response started, could no longer be answered.
            await httpContext.Response.Body.FlushAsync(CancellationToken.None);
        }

        return copyBody;
    }

    // Only chunks are taken off: passed on without its name, any other coding would be content that nobody can read.
    private static bool IsHttp(HttpResponseMessage response) =>
        (int)response.StatusCode >= 100
        && (!response.Headers.NonValidated.TryGetValues(HeaderNames.TransferEncoding, out var coding)
            || coding.All(static value => value.Equals("chunked", StringComparison.OrdinalIgnoreCase)));

    // The target is passed on byte by byte, because decoding and encoding again would change it. It starts with a slash, so
    // it cannot reach into the authority; the caller has refused what is not printable. The rare absolute form is rebuilt.
    private static RequestTarget TargetOf(HttpContext context, string prefix)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return new RequestTarget(target.StartsWith('/')
            ? prefix + target
            : RequestUtilities.MakeDestinationAddress(prefix, context.Request.Path, context.Request.QueryString).AbsoluteUri);
    }

    private static void DropClaims(HttpRequestHeaders headers)
    {
        List<string>? dropped = null;
        foreach (var header in headers.NonValidated)
        {
            if (HeaderRules.IsLookAlike(header.Key))
            {
                (dropped ??= []).Add(header.Key);
            }
        }

        dropped?.ForEach(name => headers.Remove(name));
    }

    private static void DropConsoleCookies(HttpRequestHeaders headers, StringValues lines)
    {
        var cookies = lines.Count > 1 ? string.Join("; ", lines.ToArray()) : lines.ToString();
        if (!CookieRules.MentionsConsole(cookies))
        {
            return;
        }

        headers.Remove(HeaderNames.Cookie);
        if (CookieRules.WithoutConsole(cookies) is { Length: > 0 } rest)
        {
            headers.TryAddWithoutValidation(HeaderNames.Cookie, rest);
        }
    }

    private static bool HasBody(HttpRequest request, HttpStatusCode status) =>
        !HttpMethods.IsHead(request.Method)
        && status is not (HttpStatusCode.SwitchingProtocols or HttpStatusCode.NoContent or HttpStatusCode.NotModified);

    private static string AddressOf(IPAddress? address) =>
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "unknown";
}
