using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PodConsole.Proxy.ProxyProtocol;

/// <summary>How far a PROXY header could be read.</summary>
internal enum ProxyHeaderState
{
    /// <summary>It may be one: more bytes are needed.</summary>
    Incomplete,

    /// <summary>It is none.</summary>
    Malformed,

    /// <summary>It is whole.</summary>
    Complete,
}

/// <summary>
/// The header by which a load balancer tells a connection's real ends, versions 1 and 2
/// (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt).
/// </summary>
internal static class ProxyHeader
{
    /// <summary>The longest header that is read. Version 1 ends at 107; what version 2 adds behind the addresses is skipped.</summary>
    public const int MaxLength = 536;

    private const int MaxLengthOfVersion1 = 107;
    private const int FixedLengthOfVersion2 = 16;

    // The framework also reads zones, brackets and ports.
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    private static ReadOnlySpan<byte> Word => "PROXY "u8;

    /// <summary>Reads a header at the beginning of a connection.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="client">The real client; null when the header says to keep the connection's own, or names none.</param>
    /// <param name="length">The header's length in bytes, when it is complete.</param>
    public static ProxyHeaderState Read(ReadOnlySpan<byte> bytes, out IPEndPoint? client, out int length)
    {
        (client, length) = (null, 0);
        return BeginsWith(bytes, Signature) ? ReadVersion2(bytes, out client, out length)
            : BeginsWith(bytes, Word) ? ReadVersion1(bytes, out client, out length)
            : ProxyHeaderState.Malformed;
    }

    /// <summary>Writes a header of version 1, in ASCII.</summary>
    public static byte[] WriteVersion1(IPEndPoint client, IPEndPoint server)
    {
        var (from, to) = OfOneFamily(client, server);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"PROXY {(from.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6")} {from.Address} {to.Address} {from.Port} {to.Port}\r\n"));
    }

    /// <summary>Writes a header of version 2, without additions.</summary>
    public static byte[] WriteVersion2(IPEndPoint client, IPEndPoint server)
    {
        var (from, to) = OfOneFamily(client, server);
        var size = from.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        var header = new byte[FixedLengthOfVersion2 + (2 * size) + 4];
        Signature.CopyTo(header);
        (header[12], header[13]) = (0x21, (byte)(size == 4 ? 0x11 : 0x21));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)((2 * size) + 4));
        from.Address.TryWriteBytes(header.AsSpan(16), out _);
        to.Address.TryWriteBytes(header.AsSpan(16 + size), out _);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16 + (2 * size)), (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(18 + (2 * size)), (ushort)to.Port);
        return header;
    }

    private static bool BeginsWith(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark) =>
        bytes.Length < mark.Length ? mark.StartsWith(bytes) : bytes.StartsWith(mark);

    private static ProxyHeaderState ReadVersion1(ReadOnlySpan<byte> bytes, out IPEndPoint? client, out int length)
    {
        client = null;
        length = bytes[..Math.Min(bytes.Length, MaxLengthOfVersion1)].IndexOf("\r\n"u8) + 2;
        if (length < 2)
        {
            return bytes.Length >= MaxLengthOfVersion1 ? ProxyHeaderState.Malformed : ProxyHeaderState.Incomplete;
        }

        var words = Encoding.Latin1.GetString(bytes[..(length - 2)]).Split(' ');
        if (words is ["PROXY", "UNKNOWN", ..])
        {
            return ProxyHeaderState.Complete;
        }

        if (words is not ["PROXY", "TCP4" or "TCP6", var from, var to, var fromPort, var toPort]
            || !TryReadAddress(from, words[1], out var address) || !TryReadAddress(to, words[1], out _)
            || !TryReadPort(fromPort, out var port) || !TryReadPort(toPort, out _))
        {
            return ProxyHeaderState.Malformed;
        }

        client = new(address, port);
        return ProxyHeaderState.Complete;
    }

    private static ProxyHeaderState ReadVersion2(ReadOnlySpan<byte> bytes, out IPEndPoint? client, out int length)
    {
        (client, length) = (null, 0);
        if (bytes.Length < FixedLengthOfVersion2)
        {
            return bytes.Length > 12 && bytes[12] is not (0x20 or 0x21) ? ProxyHeaderState.Malformed : ProxyHeaderState.Incomplete;
        }

        length = FixedLengthOfVersion2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        var size = bytes[13] switch { 0x11 => 4, 0x21 => 16, _ => 0 };
        var isLocal = bytes[12] == 0x20;
        if (bytes[12] is not (0x20 or 0x21) || length > MaxLength || (!isLocal && length < FixedLengthOfVersion2 + (size == 0 ? 0 : (2 * size) + 4)))
        {
            return ProxyHeaderState.Malformed;
        }

        if (bytes.Length < length)
        {
            return ProxyHeaderState.Incomplete;
        }

        // Other families are UDP and Unix sockets, of which nothing is known here.
        client = isLocal || size == 0 ? null
            : new(new IPAddress(bytes.Slice(FixedLengthOfVersion2, size)), BinaryPrimitives.ReadUInt16BigEndian(bytes[(FixedLengthOfVersion2 + (2 * size))..]));
        return ProxyHeaderState.Complete;
    }

    private static bool TryReadAddress(string text, string family, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && !text.AsSpan().ContainsAnyExcept(AddressCharacters)
        && address.AddressFamily == (family == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
        && (family != "TCP4" || address.ToString() == text); // The framework also reads "1" and "0x7f.1".

    private static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;

    private static (IPEndPoint From, IPEndPoint To) OfOneFamily(IPEndPoint client, IPEndPoint server)
    {
        var (from, to) = (Plain(client), Plain(server));
        return from.AddressFamily == to.AddressFamily ? (from, to)
            : (new(from.Address.MapToIPv6(), from.Port), new(to.Address.MapToIPv6(), to.Port));
    }

    // Without the zone of an IPv6 address: that is this machine's own, and no reader of version 1 takes it.
    private static IPEndPoint Plain(IPEndPoint end) =>
        end.Address.IsIPv4MappedToIPv6 ? new(end.Address.MapToIPv4(), end.Port)
        : end.AddressFamily == AddressFamily.InterNetworkV6 ? new(new IPAddress(end.Address.GetAddressBytes()), end.Port)
        : end;
}
