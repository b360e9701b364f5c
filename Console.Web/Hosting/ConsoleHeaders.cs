using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Web.Hosting;

/// <summary>Headers of every answer of the console, and the check that its sockets are opened by its own pages only.</summary>
internal sealed class ConsoleHeaders(RequestDelegate next, IOptions<ConsoleSettings> settings, IHostApplicationLifetime lifetime)
{
    // Styles: MudBlazor sets positions and theme variables inline. Images: readmes may show some from the web.
    private const string ContentSecurityPolicy =
        $"default-src 'self'; {OwnScripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private const string OwnScripts = "script-src 'self'";

    private readonly Uri _publicUrl = new(settings.Value.PublicUrl);

    /// <summary>Lets one inline script of this answer run: the one that carries the nonce.</summary>
    public static string AllowInlineScript(HttpResponse response)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        response.Headers.ContentSecurityPolicy =
            ContentSecurityPolicy.Replace(OwnScripts, $"{OwnScripts} 'nonce-{nonce}'", StringComparison.Ordinal);
        return nonce;
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/_blazor") && RefuseSocket(context.Request) is { } status)
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";

        // Pods' pages may be on the same site: they get neither a hold of the console's windows nor its files.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // On localhost it would break people's other local servers.
        if (!_publicUrl.IsLoopback && !_publicUrl.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(context);
    }

    // An open page connects again at once when its socket is closed. A console that stops closes each socket only once, and
    // would wait for the new one as long as it waits for anything.
    private int? RefuseSocket(HttpRequest request) =>
        !IsOwnOrigin(request) ? StatusCodes.Status403Forbidden
        : lifetime.ApplicationStopping.IsCancellationRequested ? StatusCodes.Status503ServiceUnavailable
        : null;

    // Blazor's circuit accepts any origin by default; browsers always send one with a WebSocket.
    private bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin is []
        || (request.Headers.Origin is [{ } origin]
            && (string.Equals(origin, _publicUrl.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
                || string.Equals(origin, $"https://{request.Host}", StringComparison.OrdinalIgnoreCase)));
}
