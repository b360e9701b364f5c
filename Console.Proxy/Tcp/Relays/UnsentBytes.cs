using System.Net.Sockets;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>
/// Whether the system still delivers what a relay has passed on. Its buffers hold megabytes: to a client behind a slow line
/// they last for longer than a connection may be silent.
/// </summary>
internal struct UnsentBytes
{
    // struct tcp_info of linux/tcp.h, since Linux 4.6.
    private const int InfoOption = 11;
    private const int InfoSize = 148;
    private const int UnackedPacketsAt = 24;
    private const int AckedBytesAt = 120;
    private const int NotSentBytesAt = 144;

    private ulong _acknowledged;

    /// <summary>When there was progress at last; as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long LastProgress { get; private set; }

    /// <summary>Whether bytes are on their way, and more of them have arrived than when this was last asked.</summary>
    public bool Progress(Socket client, Socket pod, TimeProvider clock)
    {
        var acknowledged = Acknowledged(client) + Acknowledged(pod);
        if (acknowledged == _acknowledged)
        {
            return false;
        }

        (_acknowledged, LastProgress) = (acknowledged, clock.GetTimestamp());
        return true;
    }

    // 0 when nothing is on its way.
    private static ulong Acknowledged(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<byte> info = stackalloc byte[InfoSize];
        try
        {
            if (socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, InfoOption, info) < InfoSize)
            {
                return 0;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }

        var isUnderWay = BitConverter.ToUInt32(info[UnackedPacketsAt..]) > 0 || BitConverter.ToUInt32(info[NotSentBytesAt..]) > 0;
        return isUnderWay ? BitConverter.ToUInt64(info[AckedBytesAt..]) + 1 : 0;
    }
}
