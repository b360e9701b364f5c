namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>A process to start: in a session of its own, with this environment and nothing inherited.</summary>
internal sealed record SpawnRequest
{
    /// <summary>The program, an absolute path.</summary>
    public required string FileName { get; init; }

    /// <summary>Its arguments, without the program's own name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its whole environment, <c>NAME=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Where it starts, an absolute path.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Descriptor that becomes its standard input; null gives it nothing to read.</summary>
    public int? Input { get; init; }

    /// <summary>Descriptor that becomes its standard output; null discards it.</summary>
    public int? Output { get; init; }

    /// <summary>Descriptor that becomes its standard error; null writes to <see cref="ErrorFile"/>.</summary>
    public int? Error { get; init; }

    /// <summary>File that its standard error goes to where <see cref="Error"/> is null.</summary>
    public string ErrorFile { get; init; } = "/dev/null";
}
