namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Bytes with which a service may answer, and what a client may take for a whole answer.</summary>
/// <param name="Name">What is odd about them.</param>
/// <param name="Text">The bytes. The service then closes the connection, unless they keep it open.</param>
/// <param name="Body">The only content that may look complete; null for none: a cut answer, or one of the gateway's own.</param>
/// <param name="Keeps">Whether the service keeps the connection open.</param>
internal sealed record AnswerCase(string Name, string Text, string? Body, bool Keeps = true)
{
    private const string Poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

    public static readonly AnswerCase[] All =
    [
        new("plain", Ok("Content-Length: 5", "hello"), "hello"),
        new("chunked", Ok("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"), "hello"),
        new("length and chunked", Ok("Content-Length: 3\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"), "hello"),
        new("chunked and length", Ok("Transfer-Encoding: chunked\r\nContent-Length: 300", "5\r\nhello\r\n0\r\n\r\n"), "hello"),
        new("length twice, the same", Ok("Content-Length: 5\r\nContent-Length: 5", "hello"), "hello"),
        new("length twice, different", Ok("Content-Length: 5\r\nContent-Length: 2", "hello"), null),
        new("length as a list", Ok("Content-Length: 5, 5", "hello"), "hello", Keeps: false),
        new("length with minus", Ok("Content-Length: -5", "hello"), null, Keeps: false),
        new("length in hex", Ok("Content-Length: 0x5", "hello"), null, Keeps: false),
        new("length in words", Ok("Content-Length: five", "hello"), null, Keeps: false),
        new("length beyond 64 bits", Ok("Content-Length: 18446744073709551621", "hello"), null, Keeps: false),
        new("length longer than what comes", Ok("Content-Length: 6", "hello"), null, Keeps: false),
        new("length shorter than what comes", Ok("Content-Length: 2", "hello"), "he"),
        new("coding that is none", Ok("Transfer-Encoding: xchunked", "hello"), null, Keeps: false),
        new("gzip, chunked", Ok("Transfer-Encoding: gzip, chunked", "5\r\nhello\r\n0\r\n\r\n"), null, Keeps: false),
        new("chunked twice", Ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"), "hello"),
        new("chunk size in 0x", Ok("Transfer-Encoding: chunked", "0x5\r\nhello\r\n0\r\n\r\n"), null),
        new("chunk size with minus", Ok("Transfer-Encoding: chunked", "-5\r\nhello\r\n0\r\n\r\n"), null),
        new("chunk size beyond 64 bits", Ok("Transfer-Encoding: chunked", "10000000000000005\r\nhello\r\n0\r\n\r\n"), null),
        new("chunk longer than its size", Ok("Transfer-Encoding: chunked", "2\r\nhello\r\n0\r\n\r\n"), null),
        new("chunk that is cut", Ok("Transfer-Encoding: chunked", "6\r\nhello"), null, Keeps: false),
        new("no last chunk", Ok("Transfer-Encoding: chunked", "5\r\nhello\r\n"), null, Keeps: false),
        new("no end after the last chunk", Ok("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n"), null, Keeps: false),
        new("no length, until it closes", Ok("X-A: 1", "hello"), "hello", Keeps: false),
        new("HTTP/1.0, until it closes", "HTTP/1.0 200 OK\r\n\r\nhello", "hello", Keeps: false),
        new("another answer behind", Ok("Content-Length: 5", "hello" + Poison), "hello"),
        new("another answer behind chunks", Ok("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n" + Poison), "hello"),
        new("blank lines behind", Ok("Content-Length: 5", "hello\r\n\r\n"), "hello"),
        new("204 with content", "HTTP/1.1 204 No Content\r\nContent-Length: 53\r\n\r\n" + Poison, ""),
        new("204 with chunks", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", ""),
        new("304 with content", "HTTP/1.1 304 Not Modified\r\nContent-Length: 53\r\n\r\n" + Poison, ""),
        new("205 with content", "HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\nhello", ""),
        new("1xx by the hundred", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 300)) + Ok("Content-Length: 5", "hello"), "hello"),
        new("continue that nobody asked for", "HTTP/1.1 100 Continue\r\n\r\n" + Ok("Content-Length: 5", "hello"), "hello"),
        new("continue with a length", "HTTP/1.1 100 Continue\r\nContent-Length: 53\r\n\r\n" + Ok("Content-Length: 5", "hello"), "hello"),
        new("switch that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n" + Poison, null),
        new("status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello", null),
        new("status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello", null),
        new("status of 099", "HTTP/1.1 099 OK\r\nContent-Length: 5\r\n\r\nhello", null, Keeps: false),
        new("version 2.0", "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", null, Keeps: false),
        new("version 0.9, only content", "hello\r\n\r\n", null),
        new("another protocol", "ICY 200 OK\r\nContent-Length: 5\r\n\r\nhello", null),
        new("nothing", "", null, Keeps: false),
        new("half a head", "HTTP/1.1 200 OK\r\nContent-Le", null, Keeps: false),
        new("line without a colon", Ok("X-A\r\nContent-Length: 5", "hello"), null, Keeps: false),
        new("name with a space", Ok("X A: 1\r\nContent-Length: 5", "hello"), null, Keeps: false),
        new("space before the colon of the length", Ok("Content-Length : 5", "hello"), "hello", Keeps: false),
        new("NUL in a value", Ok("X-A: a\0b\r\nContent-Length: 5", "hello"), "hello", Keeps: false),
        new("CR in a value", Ok("X-A: a\rSet-Cookie: b=c\r\nContent-Length: 5", "hello"), "hello", Keeps: false),
        new("folded value", Ok("X-A: a\r\n b\r\nContent-Length: 5", "hello"), "hello", Keeps: false),
        new("lines ended by LF", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "hello", Keeps: false),
        new("head of 200 KiB", Ok($"X-A: {new string('a', 200_000)}\r\nContent-Length: 5", "hello"), null),
        new("trailers", Ok("Transfer-Encoding: chunked\r\nTrailer: X-T", "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"), "hello"),
        new("trailer that is a length", Ok("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\nContent-Length: 500\r\n\r\n"), "hello"),
        new("Connection that names the length", Ok("Connection: Content-Length\r\nContent-Length: 5", "hello"), "hello"),
        new("Connection: close, and more", Ok("Connection: close\r\nContent-Length: 5", "hello" + Poison), "hello", Keeps: false),
    ];

    private static string Ok(string fields, string body) => $"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n{body}";
}
