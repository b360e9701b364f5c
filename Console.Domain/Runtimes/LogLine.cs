namespace PodConsole.Domain.Runtimes;

/// <summary>Where a log line came from.</summary>
public enum LogSource
{
    /// <summary>The console: starts, stops, exit codes.</summary>
    System,

    /// <summary>The pod's standard output.</summary>
    Stdout,

    /// <summary>The pod's standard error.</summary>
    Stderr,
}

/// <summary>One line of a pod's output.</summary>
/// <param name="Timestamp">When it was written, UTC.</param>
/// <param name="Sequence">Rises by one with each line of a pod, over restarts too.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Text">The line, without its end; at most 16,384 characters, longer ones are split.</param>
public sealed record LogLine(DateTime Timestamp, long Sequence, LogSource Source, string Text);

/// <summary>Which lines to read.</summary>
/// <param name="Tail">At most this many of the lines that are there, from 0; <see cref="int.MaxValue"/> for all.</param>
/// <param name="Follow">Whether to go on with new lines.</param>
/// <param name="AfterSequence">Only lines after this one; <see cref="Tail"/> then does not apply.</param>
/// <param name="Since">Only lines written at or after this time, UTC.</param>
/// <param name="FromSystem">True for the console's own lines only, false for the pod's only, null for both.</param>
public sealed record LogQuery(int Tail = 100, bool Follow = false, long? AfterSequence = null, DateTime? Since = null, bool? FromSystem = null)
{
    /// <summary>Whether a line is asked for, wherever it is.</summary>
    public bool Matches(LogLine line) =>
        line.Sequence > (AfterSequence ?? 0) && line.Timestamp >= (Since ?? DateTime.MinValue)
            && (FromSystem is not { } system || system == (line.Source == LogSource.System));
}
