using System.Text;

namespace PodConsole.Domain.Pods;

/// <summary>
/// Arguments written on one line with the quoting of a POSIX shell: single quotes, double quotes, backslash. Nothing is
/// expanded and no shell is involved.
/// </summary>
public static class CommandLine
{
    /// <summary>Splits a line into arguments.</summary>
    /// <param name="text">The line; line ends separate like spaces.</param>
    /// <param name="arguments">The arguments; empty when it fails.</param>
    /// <param name="problem">What is wrong, for people; empty when it succeeds.</param>
    public static bool TrySplit(string text, out IReadOnlyList<string> arguments, out string problem)
    {
        var list = new List<string>();
        var current = new StringBuilder();
        var inArgument = false;
        var quote = '\0';
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (character == '\\' && quote != '\'')
            {
                if (index + 1 == text.Length)
                {
                    return Fail("The command ends with a backslash that escapes nothing.", out arguments, out problem);
                }

                var next = text[++index];
                if (next == '\n')
                {
                    continue;
                }

                // Between double quotes a backslash only escapes these (POSIX 2.2.3); elsewhere it escapes anything.
                if (quote == '"' && next is not ('"' or '\\' or '$' or '`'))
                {
                    current.Append('\\');
                }

                current.Append(next);
                inArgument = true;
            }
            else if (quote != '\0')
            {
                quote = character == quote ? '\0' : quote;
                if (quote != '\0')
                {
                    current.Append(character);
                }
            }
            else if (character is '\'' or '"')
            {
                quote = character;
                inArgument = true;
            }
            else if (char.IsWhiteSpace(character))
            {
                Flush();
            }
            else
            {
                current.Append(character);
                inArgument = true;
            }
        }

        if (quote != '\0')
        {
            return Fail($"A {(quote == '"' ? "double" : "single")} quote is opened and never closed.", out arguments, out problem);
        }

        Flush();
        (arguments, problem) = (list, "");
        return true;

        void Flush()
        {
            if (inArgument)
            {
                list.Add(current.ToString());
                current.Clear();
                inArgument = false;
            }
        }
    }

    /// <summary>Writes arguments as a line that <see cref="TrySplit"/> reads back unchanged.</summary>
    public static string Join(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "-_./:=,@%+".Contains(character))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool Fail(string message, out IReadOnlyList<string> arguments, out string problem)
    {
        (arguments, problem) = ([], message);
        return false;
    }
}
