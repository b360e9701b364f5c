using System.Text.RegularExpressions;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Pods.Logs;

/// <summary>The newest lines of a pod's output, filled on one thread and shown on another.</summary>
internal sealed partial class LogBuffer
{
    /// <summary>Lines that are kept; older ones are dropped.</summary>
    public const int Capacity = 2000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();

    /// <summary>The line that came last; null before the first.</summary>
    public long? LastSequence { get; private set; }

    /// <summary>Adds a line, without the codes that colour it in a terminal.</summary>
    public void Add(LogLine line)
    {
        var plain = line.Text.Contains('\e') ? line with { Text = EscapeCode().Replace(line.Text, "") } : line;
        lock (_lock)
        {
            _lines.Enqueue(plain);
            LastSequence = line.Sequence;
            if (_lines.Count > Capacity)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>The lines as they are now.</summary>
    public List<LogLine> ToList()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }

    // ECMA-48: control sequences, and the operating system commands that set titles and links.
    [GeneratedRegex(@"\e(?:\[[0-?]*[ -/]*[@-~]|\][^\a\e]*(?:\a|\e\\)?)")]
    private static partial Regex EscapeCode();
}
