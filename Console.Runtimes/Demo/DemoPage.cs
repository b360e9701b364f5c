using System.Net;
using System.Text;

namespace PodConsole.Runtimes.Demo;

/// <summary>The demo's page: the pod's variables, with secrets masked, and what to try.</summary>
internal static class DemoPage
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "••••••••";

    private static readonly string[] SecretWords = ["KEY", "TOKEN", "SECRET", "PASSWORD"];

    private static readonly (string Path, string What)[] Links =
    [
        ("/headers", "the headers that the service receives"),
        ("/events", "one server-sent event a second"),
        ("/slow?seconds=5", "an answer after five seconds"),
        ("/download?bytes=1000000", "a million bytes"),
        ("/pid", "the process id: it stays the same while you edit ports"),
    ];

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2030; --soft: #5b6278; --line: #e2e5ee; --card: #fff; --page: #f5f6fa; --accent: #6246ea; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e8eaf2; --soft: #9aa1b9; --line: #2b3042; --card: #191d2a; --page: #10131c; --accent: #a594ff; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
        h1 { margin: 0 0 .25rem; font-size: 1.75rem; }
        h2 { margin: 0 0 .75rem; font-size: 1.1rem; }
        p { margin: 0 0 2rem; color: var(--soft); }
        section { margin-bottom: 1.25rem; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        ul { margin: 0; padding-left: 1.1rem; }
        a { color: var(--accent); }
        code, td { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .4rem .5rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
        th { width: 38%; font: 600 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
        """;

    /// <summary>Writes the page.</summary>
    public static string Render(IReadOnlyDictionary<string, string> variables)
    {
        var secretNames = variables.GetValueOrDefault("POD_SECRET_NAMES", "").Split(',').ToHashSet();
        var rows = new StringBuilder();
        foreach (var (name, value) in variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            var shown = secretNames.Contains(name) || SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Mask : value;
            rows.Append($"<tr><th scope=\"row\">{Encode(name)}</th><td>{Encode(shown)}</td></tr>\n");
        }

        var links = string.Concat(Links.Select(link => $"<li><a href=\"{link.Path}\"><code>{link.Path}</code></a> {link.What}</li>\n"));
        var pod = variables.GetValueOrDefault("RUNPOD_POD_ID", "");
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Pod Console demo</title>
            <link rel="icon" href="data:,">
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            <h1>Pod Console demo</h1>
            <p>{(pod.Length > 0 ? $"Pod <code>{Encode(pod)}</code> is" : "The demo is")} up, and you reached it.</p>
            <section>
            <h2>Try</h2>
            <ul>
            {links}<li><code>/ws</code> a WebSocket that echoes</li>
            <li><code>POST /upload</code> counts and hashes what it is sent</li>
            <li><code>POST /close?port=4000</code> stops listening there; <code>POST /exit?code=3</code> ends the pod's program</li>
            </ul>
            </section>
            <section>
            <h2>Environment variables</h2>
            <table>
            <tbody>
            {rows}</tbody>
            </table>
            </section>
            </main>
            </body>
            </html>
            """;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
