using System.Globalization;
using System.Text;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Runtimes.LocalProcess.Logs;

/// <summary>
/// The files of a pod's log. Each is named after the sequence of its first line; a line is
/// <c>time sequence source text</c>. A file is complete as soon as a later one exists.
/// </summary>
internal static class LogFiles
{
    /// <summary>Files that are kept.</summary>
    public const int MaxFiles = 4;

    /// <summary>Size from which the next file is begun, bytes.</summary>
    public const int MaxFileSize = 2 * 1024 * 1024;

    private const string Extension = ".log";

    // One letter each, by LogSource.
    private const string SourceLetters = "SOE";

    /// <summary>The files, oldest first.</summary>
    public static List<string> In(string directory) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "*" + Extension).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The file that begins with this line.</summary>
    public static string NameOf(string directory, long firstSequence) =>
        Path.Combine(directory, firstSequence.ToString("D19", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The sequence of a file's first line; 0 when its name says none.</summary>
    public static long FirstSequenceOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;

    /// <summary>Writes a line.</summary>
    public static void Append(StringBuilder target, LogLine line) => target
        .Append(line.Timestamp.ToString("O", CultureInfo.InvariantCulture)).Append(' ')
        .Append(line.Sequence).Append(' ')
        .Append(SourceLetters[(int)line.Source]).Append(' ')
        .Append(line.Text).Append('\n');

    /// <summary>Reads a line; null when a crash cut it off.</summary>
    public static LogLine? Parse(ReadOnlySpan<char> line)
    {
        Span<Range> parts = stackalloc Range[4];
        return line.Split(parts, ' ') == 4
            && DateTime.TryParseExact(line[parts[0]], "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            && long.TryParse(line[parts[1]], CultureInfo.InvariantCulture, out var sequence)
            && line[parts[2]] is [var letter] && SourceLetters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var source
                ? new(time, sequence, (LogSource)source, line[parts[3]].ToString())
                : null;
    }
}
