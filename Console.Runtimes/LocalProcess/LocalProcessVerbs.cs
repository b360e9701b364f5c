using PodConsole.Runtimes.Demo;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Supervision;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>What the console's executable does instead of being the console, when its first argument says so.</summary>
public static class LocalProcessVerbs
{
    internal const string Supervise = "pod-supervise";
    internal const string Demo = "demo";

    /// <summary>Runs a verb to its end. Called first thing in the program, before anything of the console is set up.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="exitCode">What the program must exit with.</param>
    /// <returns>False when the arguments are the console's own.</returns>
    public static bool TryRun(string[] args, out int exitCode)
    {
        (var isVerb, exitCode) = args switch
        {
            [Supervise, var directory] => (true, RunSupervisor(directory)),
            [Demo, ..] => (true, DemoWorkload.RunAsync().GetAwaiter().GetResult()),
            _ => (false, 0),
        };
        return isVerb;
    }

    private static int RunSupervisor(string directory)
    {
        using var supervisor = new ProcessSupervisor(new PodDirectory(directory));
        return (int)supervisor.Run();
    }
}
