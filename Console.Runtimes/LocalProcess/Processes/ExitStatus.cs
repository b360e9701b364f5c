namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>How a process ended, from a status of <c>waitpid</c>.</summary>
/// <param name="Code">0–255; 128 and the signal's number when a signal ended it, as shells count.</param>
/// <param name="Signal">The signal; 0 when it ended by itself.</param>
internal readonly record struct ExitStatus(int Code, int Signal)
{
    private static readonly Dictionary<int, string> SignalNames = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE",
        [9] = "SIGKILL", [11] = "SIGSEGV", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM", [24] = "SIGXCPU", [25] = "SIGXFSZ",
        [31] = "SIGSYS",
    };

    /// <summary>Reads a status.</summary>
    public static ExitStatus Of(int status) => (status & 0x7f) is var signal && signal == 0
        ? new((status >> 8) & 0xff, 0)
        : new(128 + signal, signal);

    /// <summary>What a signal means, for people; null when the code says all.</summary>
    public string? Problem => Signal switch
    {
        0 => null,
        Libc.SigKill => "Ended by signal 9 (SIGKILL): somebody killed it, or the machine ran out of memory.",
        _ => $"Ended by signal {Signal}{(SignalNames.TryGetValue(Signal, out var name) ? $" ({name})" : "")}.",
    };
}
