using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PodConsole.Proxy.Http;

/// <summary>
/// The body of a request over HTTP/1.1 with <c>Expect</c>, whatever that says. With <c>100-continue</c> the server asks the client
/// for it at the first read. Notes whether there was one.
/// </summary>
internal sealed class AwaitedBody(Stream body) : AsyncStream
{
    private bool _asked;

    /// <summary>
    /// Ends the connection with an answer that comes before the body was asked for: whether the client sends it then is its own
    /// choice (RFC 9110, 10.1.1), so that what comes next may be the body or another request.
    /// </summary>
    public static void Watch(HttpContext context)
    {
        if (context.Request.Headers.Expect.Count == 0
            || !HttpProtocol.IsHttp11(context.Request.Protocol)
            || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return;
        }

        var awaited = new AwaitedBody(context.Request.Body);
        context.Request.Body = awaited;
        context.Response.OnStarting(() =>
        {
            if (!awaited._asked)
            {
                context.Response.Headers.Connection = "close";
            }

            return Task.CompletedTask;
        });
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _asked = true;
        return body.ReadAsync(buffer, cancellationToken);
    }
}
