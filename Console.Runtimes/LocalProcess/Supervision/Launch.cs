namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>What a supervisor is to start. It holds secrets: it goes through a pipe, never to a disk or an argument.</summary>
internal sealed record Launch
{
    /// <summary>Number of the instance.</summary>
    public required int Generation { get; init; }

    /// <summary>The program, an absolute path.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its whole environment, <c>NAME=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Where it starts.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The pod's own address.</summary>
    public required string Address { get; init; }
}
