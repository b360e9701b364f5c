using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>
/// The whole environment of a process pod. Nothing is inherited: the console's own settings hold secrets. Beside the
/// variables of the original there are <c>POD_IP</c>, the address to bind to, <c>POD_VOLUME</c>, the volume's directory, and
/// <c>POD_PORTS_FILE</c>, the present mapping of its ports.
/// </summary>
internal static class PodVariables
{
    /// <summary>Where programs are looked up when the console itself has no PATH.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Builds <c>NAME=value</c> pairs: defaults, then the pod's own, then what only the runtime knows; later ones win.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="disk">Its working directory.</param>
    /// <param name="volume">Its volume's directory; null for none.</param>
    /// <param name="ports">The file with the mapping of its ports.</param>
    /// <param name="address">Its address.</param>
    public static IReadOnlyList<string> Build(PodSpec spec, string disk, string? volume, string ports, string address)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = SearchPath,
            ["HOME"] = disk,
            ["LANG"] = "C.UTF-8",
            ["TMPDIR"] = TemporaryFolder(disk),
        };
        foreach (var (name, value, _) in spec.Environment)
        {
            variables[name] = value;
        }

        variables["POD_IP"] = address;
        variables[PodPortsFile.Variable] = ports;
        if (volume is not null)
        {
            variables["POD_VOLUME"] = volume;
        }

        return [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }

    /// <summary>The console's PATH, the only variable that pods share with it.</summary>
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : DefaultPath;

    /// <summary>A pod's temporary files go with its container disk.</summary>
    public static string TemporaryFolder(string disk) => Path.Combine(disk, "tmp");

    /// <summary>A variable that the processes of this pod have and no others.</summary>
    public static string Cookie(string podId) => $"RUNPOD_POD_ID={podId}";
}
