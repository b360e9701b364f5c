using System.Globalization;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// The memory that the system has for TCP (Linux), which all programs share. When it runs out, packets of any connection are
/// dropped, whoever uses it up. Asked by one thread.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="proc">Where the system tells about itself.</param>
internal sealed class TcpMemory(TimeProvider clock, string proc = "/proc")
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly string _used = Path.Combine(proc, "net/sockstat");
    private readonly string _marks = Path.Combine(proc, "sys/net/ipv4/tcp_mem");
    private long? _readAt;
    private bool _isScarce;

    /// <summary>
    /// Whether more is used than the first mark of <c>tcp_mem</c>, below which the system does not care how much it is (tcp(7)).
    /// At most a second old; false where the system does not say.
    /// </summary>
    public bool IsScarce
    {
        get
        {
            if (_readAt is not { } readAt || clock.GetElapsedTime(readAt) >= Fresh)
            {
                _readAt = clock.GetTimestamp();
                _isScarce = File.Exists(_used) && File.Exists(_marks) && CountUsed() > CountCarefree();
            }

            return _isScarce;
        }
    }

    // In pages, both of them.
    private long CountUsed()
    {
        var words = File.ReadLines(_used).FirstOrDefault(static line => line.StartsWith("TCP:", StringComparison.Ordinal))?.Split(' ') ?? [];
        return Array.IndexOf(words, "mem") is >= 0 and var at ? long.Parse(words[at + 1], CultureInfo.InvariantCulture) : 0;
    }

    private long CountCarefree() => long.Parse(File.ReadAllText(_marks).Split('\t', ' ')[0], CultureInfo.InvariantCulture);
}
