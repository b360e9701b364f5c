namespace PodConsole.Web.Shared.Environment;

/// <summary>Reads lines as they stand in an <c>.env</c> file.</summary>
internal static class VariableLines
{
    /// <summary>
    /// Each <c>KEY=VALUE</c>. Empty lines and comments are left out, as are a leading <c>export</c> and quotes around a
    /// value; a line without <c>=</c> is a name without a value.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Read(string text) =>
        [.. text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(ReadLine)];

    private static (string Name, string Value) ReadLine(string line)
    {
        var assignment = line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..] : line;
        var at = assignment.IndexOf('=');
        return at < 0 ? (assignment, "") : (assignment[..at].Trim(), Unquote(assignment[(at + 1)..].Trim()));
    }

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
