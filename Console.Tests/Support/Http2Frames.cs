using System.Buffers.Binary;
using System.Text;

namespace PodConsole.Tests.Support;

/// <summary>Frames of HTTP/2 (RFC 9113) as bytes, right or wrong.</summary>
internal static class Http2Frames
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, PushPromise = 5, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, Ack = 1, EndHeaders = 4, Padded = 8, HasPriority = 32;

    /// <summary>What every connection begins with, after which the server sends header blocks that need no memory.</summary>
    public static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [0, 1, 0, 0, 0, 0])];

    /// <summary>One frame.</summary>
    public static byte[] Frame(byte type, int flags, int stream, params byte[] payload)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8 | type);
        head[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return [.. head, .. payload];
    }

    /// <summary>A whole header, names and values as they are.</summary>
    public static byte[] HeadersOf(int stream, bool ends, params IEnumerable<(string Name, string Value)> fields) =>
        Frame(Headers, EndHeaders | (ends ? EndStream : 0), stream, BlockOf(fields));

    /// <summary>Content.</summary>
    public static byte[] DataOf(int stream, bool ends, string content) =>
        Frame(Data, ends ? EndStream : 0, stream, Encoding.Latin1.GetBytes(content));

    /// <summary>A number of 32 bits.</summary>
    public static byte[] Number(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    /// <summary>A header block of literals (RFC 7541, 6.2.2), without Huffman code.</summary>
    public static byte[] BlockOf(params IEnumerable<(string Name, string Value)> fields) =>
        [.. fields.SelectMany(field => (byte[])[0, .. Text(field.Name), .. Text(field.Value)])];

    private static byte[] Text(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var length = new List<byte> { (byte)Math.Min(bytes.Length, 127) };
        var rest = bytes.Length - 127;
        for (; rest >= 128; rest >>= 7)
        {
            length.Add((byte)(rest & 127 | 128));
        }

        return rest >= 0 ? [.. length, (byte)rest, .. bytes] : [.. length, .. bytes];
    }
}
