namespace PodConsole.Tests.Runtimes.LocalProcess;

/// <summary>Arguments that a shell, a formatter or a careless parser would not pass on as they are.</summary>
internal static class Payloads
{
    public static string[] Hostile { get; } =
    [
        "", " ", "\t", "\n", "\r\n", "'", "\"", "\\", "`", "$HOME", "$(touch made)", "`touch made`", "${PATH}", "; touch made", "| touch made",
        "& touch made", "&& touch made", "|| touch made", "> made", ">> made", "< /etc/passwd", "2>&1", "*", "?", "[a-z]*", "{a,b}", "~", "~root",
        "!!", "!1", "#", "# not a comment", "--help", "-rf", "--", "-", "=", "a=b", "%s%n%x", "%PATH%", "\\0", "\\n", "\u0001\u0002\u001b[31m",
        "\u007f", "ü", "日本語", "🚀", "\u202etxt.exe", "\ufeff", "../../../etc/passwd", "/dev/null", "file:///etc/passwd", "a b c", "'a' \"b\"",
        "it's", "\\'", "\\\"", "$'\\x41'", "$IFS", "\u00a0", "\u2028", "<script>alert(1)</script>", "{{7*7}}", "\ud83d\ude00\u200d\u2764",
        new string('x', 10_000),
    ];
}
