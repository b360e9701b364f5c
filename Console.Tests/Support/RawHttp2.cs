using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

namespace PodConsole.Tests.Support;

/// <summary>Sends HTTP/2 headers that no proper client would send (RFC 9113), each on a connection of its own.</summary>
internal static class RawHttp2
{
    private const byte Headers = 1, Reset = 3, Settings = 4, GoAway = 7;
    private const byte EndStream = 1, EndHeaders = 4;
    private const int ResetByPeer = 0;

    /// <summary>Sends a request without a body, names and values as they are, and answers its status; 0 when it was refused as a whole.</summary>
    public static async Task<int> SendAsync(GatewayHost gateway, string host, params IEnumerable<(string Name, string Value)> headers)
    {
        await using var stream = await gateway.ConnectAsync(host, SslApplicationProtocol.Http2);
        var block = headers.SelectMany(header => (byte[])[0, .. Text(header.Name), .. Text(header.Value)]).ToArray();
        await stream.WriteAsync(
            (byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. Frame(Headers, EndStream | EndHeaders, 1, block)],
            TestContext.Current.CancellationToken);
        var head = new byte[9];
        while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken) == head.Length)
        {
            var payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await stream.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
            if (head[3] is Headers)
            {
                return StatusIn(payload);
            }

            if (head[3] is Reset or GoAway)
            {
                return ResetByPeer;
            }
        }

        return ResetByPeer;
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8 | type);
        head[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return [.. head, .. payload];
    }

    // A literal of RFC 7541, 5.2, without Huffman code.
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

    // The status is always first: one of the static table (RFC 7541, appendix A), or a literal with a name from there.
    private static int StatusIn(ReadOnlySpan<byte> block)
    {
        while ((block[0] & 0xe0) == 0x20)
        {
            block = block[1..]; // An update of the table's size.
        }

        ReadOnlySpan<int> known = [200, 204, 206, 304, 400, 404, 500];
        return block[0] is >= 0x88 and <= 0x8e ? known[block[0] - 0x88] : int.Parse(Encoding.ASCII.GetString(block.Slice(2, 3)));
    }
}
