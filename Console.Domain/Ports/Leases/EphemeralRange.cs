using System.Globalization;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>The ports that the system gives to outgoing connections, inclusive. Any of them may be in use at any moment.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest.</param>
public sealed record EphemeralRange(int First, int Last)
{
    private const string LinuxFile = "/proc/sys/net/ipv4/ip_local_port_range";

    // RFC 6335, section 6; what Windows and macOS use unless they are told otherwise.
    private static readonly EphemeralRange Standard = new(49152, 65535);

    /// <summary>Whether a port is one of them.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Reads this machine's range.</summary>
    public static EphemeralRange OfThisMachine()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Parse(File.ReadAllText(LinuxFile)) : Standard;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Standard;
        }
    }

    /// <summary>Reads the kernel's notation, <c>32768	60999</c>; the standard range for anything else.</summary>
    internal static EphemeralRange Parse(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var low, var high]
            && int.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? new(first, last)
            : Standard;
}
