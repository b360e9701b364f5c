using System.Reflection;
using System.Runtime.InteropServices;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>How to start this console's own executable once more, for one of its verbs.</summary>
/// <param name="FileName">The program, an absolute path.</param>
/// <param name="Arguments">What comes before the verb.</param>
public sealed record SupervisorCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// The command of a console. With a shared .NET it is always <c>dotnet Console.Web.dll</c>: an executable of its own would
    /// need <c>DOTNET_ROOT</c>, which a pod's environment does not have.
    /// </summary>
    /// <param name="console">The assembly whose entry point knows the verbs.</param>
    public static SupervisorCommand Of(Assembly console)
    {
        var dotnet = Path.GetFullPath("../../../dotnet", RuntimeEnvironment.GetRuntimeDirectory());
        return console.Location.Length > 0 && File.Exists(dotnet) ? new(dotnet, [console.Location]) : new(Environment.ProcessPath!, []);
    }

    /// <summary>The command line of a verb.</summary>
    internal IReadOnlyList<string> With(params IReadOnlyList<string> verb) => [.. Arguments, .. verb];
}
