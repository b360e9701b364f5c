using System.Globalization;

namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>What programs that this process starts may do.</summary>
internal static class Privileges
{
    private const string FirstPortFile = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

    /// <summary>Whether they can listen below port 1024.</summary>
    public static bool CanBindLowPorts { get; } =
        Environment.IsPrivilegedProcess
        || (File.Exists(FirstPortFile) && int.Parse(File.ReadAllText(FirstPortFile), CultureInfo.InvariantCulture) <= 1);
}
