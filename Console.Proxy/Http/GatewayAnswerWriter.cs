using System.Globalization;
using System.Net;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace PodConsole.Proxy.Http;

/// <summary>
/// Writes the gateway's own answers in one design: a page for browsers, problem+json for programs. Nothing of the request
/// is repeated in them.
/// </summary>
internal static class GatewayAnswerWriter
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;color:#1b1b1f;background:#fdfcff}"
        + "h1{font-size:1.5rem;line-height:1.25}p{margin:.75rem 0}dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}dd{margin:0}dt{color:#5b5b66}small{color:#5b5b66}a{color:#4b3fae}"
        + "@media(prefers-color-scheme:dark){body{color:#e5e1e9;background:#16151a}small,dt{color:#a5a2ae}a{color:#b9b1ff}}";

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Answers a request whose response has not started.</summary>
    public static Task WriteAsync(HttpContext context, GatewayAnswer answer)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = answer.Status;
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";

        // The link on the page must tell where it leads back to, and nobody else may learn it.
        headers["Referrer-Policy"] = "same-origin";
        headers.Vary = "Accept";
        headers["X-Request-Id"] = context.TraceIdentifier;
        if (answer.Closes && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            headers.Connection = "close";
        }

        if (answer.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var isPage = context.Request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);
        response.ContentType = isPage ? "text/html; charset=utf-8" : MediaTypeNames.Application.ProblemJson;
        var body = Encoding.UTF8.GetBytes(isPage ? PageOf(answer, context.TraceIdentifier) : ProblemOf(answer, context.TraceIdentifier));
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static string PageOf(GatewayAnswer answer, string requestId)
    {
        var refresh = answer.Refreshes ? $"<meta http-equiv=\"refresh\" content=\"{answer.RetryAfter}\">" : "";
        var way = answer.Way is { } link ? $"<p><a href=\"{link.Path}\">{link.Text}</a></p>" : "";
        var evidence = answer.Evidence is { } shown
            ? $"<dl>{string.Concat(shown.Lines().Select(line => $"<dt>{line.Name}</dt><dd>{line.Value}</dd>"))}</dl>"
            : "";
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            {refresh}
            <title>{answer.Title}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>{answer.Title}</h1>
            <p>{WebUtility.HtmlEncode(answer.Cause)}</p>
            <p>{WebUtility.HtmlEncode(answer.Fix)}</p>
            {evidence}
            {way}
            <p><small>{answer.Status} · request {WebUtility.HtmlEncode(requestId)}</small></p>
            </main>
            </body>
            </html>
            """;
    }

    private static string ProblemOf(GatewayAnswer answer, string requestId)
    {
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = answer.Title,
            ["status"] = answer.Status,
            ["detail"] = $"{answer.Cause} {answer.Fix}",
            ["requestId"] = requestId,
        };
        if (answer.Evidence is { } shown)
        {
            problem["waitedSeconds"] = Math.Round(shown.Waited.TotalSeconds, 3);
            problem["allowedSeconds"] = shown.Limit.TotalSeconds;
            if (shown.Recent is { } recent)
            {
                problem["recentAnswers"] = recent.Count;
                problem["medianSeconds"] = Math.Round(recent.Median.TotalSeconds, 3);
                problem["p95Seconds"] = Math.Round(recent.P95.TotalSeconds, 3);
            }
        }

        return problem.ToJsonString();
    }
}
