using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PodConsole.Tests.Support;

/// <summary>A git server: hands each request to <c>git http-backend</c>, as web servers do (CGI, RFC 3875).</summary>
internal static class GitService
{
    public static async Task AnswerAsync(HttpContext context, string root)
    {
        var request = context.Request;
        var info = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        (string Name, string? Value)[] variables =
        [
            ("GIT_PROJECT_ROOT", root), ("GIT_HTTP_EXPORT_ALL", "1"), ("REMOTE_USER", "test"), ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("PATH_INFO", request.Path), ("QUERY_STRING", request.QueryString.Value?.TrimStart('?')), ("REQUEST_METHOD", request.Method),
            ("CONTENT_TYPE", request.ContentType), ("HTTP_CONTENT_ENCODING", request.Headers.ContentEncoding), ("GIT_PROTOCOL", request.Headers["Git-Protocol"]),
        ];
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value ?? "";
        }

        using var backend = Process.Start(info)!;
        var sending = SendAsync(request.Body, backend, context.RequestAborted);
        var output = backend.StandardOutput.BaseStream;
        while (await ReadLineAsync(output) is { Length: > 0 } line)
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
            {
                context.Response.StatusCode = int.Parse(value.Split(' ')[0]);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }

        await output.CopyToAsync(context.Response.Body, context.RequestAborted);
        await sending;
        await backend.WaitForExitAsync(context.RequestAborted);
    }

    private static async Task SendAsync(Stream body, Process backend, CancellationToken cancellationToken)
    {
        await body.CopyToAsync(backend.StandardInput.BaseStream, cancellationToken);
        backend.StandardInput.Close();
    }

    private static async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (await stream.ReadAsync(next) == 1 && next[0] != '\n')
        {
            line.Append((char)next[0]);
        }

        return line.ToString().TrimEnd('\r');
    }
}
