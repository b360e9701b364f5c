using System.Diagnostics;
using System.Net.NetworkInformation;

namespace PodConsole.Tests.Support;

/// <summary>
/// The connections that the system holds at a local port, and for how long. Asked of the system, because a client that reads
/// nothing may not even learn that its connection was reset.
/// </summary>
internal sealed class HeldConnections : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    // The system's list may miss a connection while others come and go.
    private static readonly TimeSpan Certainty = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly int _port;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Dictionary<int, (TimeSpan First, TimeSpan Last)> _seen = [];
    private readonly Timer _timer;

    public HeldConnections(int port)
    {
        _port = port;
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>The clients' ports now.</summary>
    public IReadOnlySet<int> Now { get; private set; } = new HashSet<int>();

    /// <summary>For how long the one that was held longest was held.</summary>
    public TimeSpan Longest { get; private set; }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_lock)
        {
            Now = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
                .Where(connection => connection.LocalEndPoint.Port == _port
                    && connection.State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1)
                .Select(connection => connection.RemoteEndPoint.Port).ToHashSet();
            var now = _watch.Elapsed;
            foreach (var port in Now)
            {
                var isSame = _seen.TryGetValue(port, out var seen) && now - seen.Last < Certainty;
                _seen[port] = (isSame ? seen.First : now, now);
                Longest = isSame && now - seen.First > Longest ? now - seen.First : Longest;
            }
        }
    }
}
