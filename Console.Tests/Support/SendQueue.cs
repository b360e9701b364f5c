using System.Globalization;

namespace PodConsole.Tests.Support;

/// <summary>What the system keeps of a connection until the other side takes it.</summary>
internal static class SendQueue
{
    /// <summary>Bytes that wait now, sent or not; 0 when there is no such connection. By the ports of its two ends.</summary>
    public static long Count(int local, int remote)
    {
        // sl local_address rem_address st tx_queue:rx_queue … (proc(5)), all in hexadecimal.
        var queue = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields[1].EndsWith($":{local:X4}", StringComparison.Ordinal)
                && fields[2].EndsWith($":{remote:X4}", StringComparison.Ordinal))?[4];
        return queue is null ? 0 : long.Parse(queue.AsSpan(0, queue.IndexOf(':', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
