using System.Runtime.CompilerServices;
using System.Text;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Runtimes.LocalProcess.Logs;

/// <summary>Reads a pod's log while it is written and rotated.</summary>
internal sealed class PodLogReader(string directory)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(150);

    private string _file = "";
    private long _offset;

    /// <summary>The lines that a query asks for; with <see cref="LogQuery.Follow"/> it ends by cancellation.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SkipFiles(query);
        var lines = ReadNew().Where(query.Matches);
        foreach (var line in query is { AfterSequence: null, Tail: < int.MaxValue } ? Last(lines, query.Tail) : lines)
        {
            yield return line;
        }

        while (query.Follow)
        {
            await Task.Delay(PollInterval, cancellationToken);
            foreach (var line in ReadNew().Where(query.Matches))
            {
                yield return line;
            }
        }
    }

    // Unlike TakeLast it reads all lines for 0 too: they are not new the next time.
    private static Queue<LogLine> Last(IEnumerable<LogLine> lines, int count)
    {
        var last = new Queue<LogLine>();
        foreach (var line in lines)
        {
            last.Enqueue(line);
            if (last.Count > count)
            {
                last.Dequeue();
            }
        }

        return last;
    }

    // The names say which lines a file holds, so files that end before the first wanted line need not be read. How many lines are
    // of one source they do not say.
    private void SkipFiles(LogQuery query)
    {
        var files = LogFiles.In(directory);
        if (files.Count > 0)
        {
            var first = query.AfterSequence + 1 ?? (query.FromSystem is null ? LogFiles.FirstSequenceOf(files[^1]) - query.Tail : 0);
            _file = files.FindLast(file => LogFiles.FirstSequenceOf(file) <= first) ?? files[0];
        }
    }

    // The list is taken first: a file with a successor in it is complete, however late it is read.
    private IEnumerable<LogLine> ReadNew()
    {
        foreach (var file in LogFiles.In(directory).SkipWhile(file => string.CompareOrdinal(file, _file) < 0))
        {
            if (file != _file)
            {
                (_file, _offset) = (file, 0);
            }

            foreach (var line in ReadLines(file))
            {
                yield return line;
            }
        }
    }

    private List<LogLine> ReadLines(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (stream.Length <= _offset)
            {
                return [];
            }

            var bytes = new byte[stream.Length - _offset];
            stream.Position = _offset;
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var complete = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            _offset += complete;
            return Parse(Encoding.UTF8.GetString(bytes, 0, complete));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return []; // Rotated away, or the pod was removed.
        }
    }

    private static List<LogLine> Parse(string text)
    {
        var lines = new List<LogLine>();
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (LogFiles.Parse(text.AsSpan(range)) is { } line)
            {
                lines.Add(line);
            }
        }

        return lines;
    }
}
