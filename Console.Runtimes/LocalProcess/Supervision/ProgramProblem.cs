using System.Runtime.InteropServices;

namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>Why a program could not be started, and what to do.</summary>
internal static class ProgramProblem
{
    private const int NoEntry = 2, TooBig = 7, NoExec = 8, Access = 13; // ENOENT, E2BIG, ENOEXEC, EACCES

    /// <summary>Explains an error number of <c>exec</c>.</summary>
    public static string Of(string program, int error) => error switch
    {
        NoEntry => $"{program} could not be started: its interpreter (the first line after #!) or loader is not on this machine. Install it, or name another program.",
        Access => $"{program} could not be started: this user may not execute it. Check its permissions and those of its folders.",
        NoExec => $"{program} could not be started: it is neither a program for this machine nor a script that begins with #!. Name the interpreter as the image and the script as its argument.",
        TooBig => $"{program} could not be started: its arguments and environment variables are too long together. Put large values into a file.",
        _ => $"{program} could not be started: {Marshal.GetPInvokeErrorMessage(error)}.",
    };
}
