using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>Reads who listens from <c>/proc/net/tcp</c> and <c>tcp6</c>, for sandboxes whose kernel answers no questions.</summary>
internal static class SocketTable
{
    private const string Listening = "0A";

    /// <summary>Every socket that listens on the port. Whether an IPv6 one takes IPv4 is not told; it is taken to.</summary>
    public static List<ListeningSocket> Find(int port) => [.. FindAll().Where(socket => socket.Port == port)];

    /// <summary>Every socket that listens.</summary>
    public static IEnumerable<ListeningSocket> FindAll() => Read("/proc/net/tcp").Concat(Read("/proc/net/tcp6"));

    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
    private static IEnumerable<ListeningSocket> Read(string table)
    {
        foreach (var line in File.Exists(table) ? File.ReadLines(table).Skip(1) : [])
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && fields[1].IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                var address = AddressOf(fields[1].AsSpan(0, colon));
                var port = int.Parse(fields[1].AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var inode = uint.Parse(fields[9], CultureInfo.InvariantCulture);
                var isMapped = address.IsIPv4MappedToIPv6;
                yield return new(
                    inode, inode, port, isMapped ? address.MapToIPv4() : address, address.GetAddressBytes().Length == 16, Interface: 0);
            }
        }
    }

    // Words of 32 bits in the machine's own order, each written as a number.
    private static IPAddress AddressOf(ReadOnlySpan<char> text)
    {
        var words = new uint[text.Length / 8];
        for (var index = 0; index < words.Length; index++)
        {
            words[index] = uint.Parse(text.Slice(index * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return new(MemoryMarshal.AsBytes(words.AsSpan()));
    }
}
