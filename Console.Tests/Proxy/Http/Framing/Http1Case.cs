namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Bytes that a client may send over HTTP/1.1, and what must come of them.</summary>
/// <param name="Name">What is odd about them.</param>
/// <param name="Text">The bytes; <c>{host}</c>, <c>{id}</c>, and the <c>{length}</c> of <see cref="Smuggled"/> (<c>{chunk}</c> in hex) are filled in.</param>
/// <param name="Served">Requests to <c>/{id}</c> that the service must get: 0 when they are refused.</param>
internal sealed record Http1Case(string Name, string Text, int Served)
{
    /// <summary>A request that nobody asked for, inside of what should be content.</summary>
    public const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n";

    /// <summary>Text with all that is to be filled in.</summary>
    public static string Fill(string text, string host, string id) => text
        .Replace("{length}", $"{LengthFor(host)}", StringComparison.Ordinal)
        .Replace("{chunk}", $"{LengthFor(host):x}", StringComparison.Ordinal)
        .Replace("{host}", host, StringComparison.Ordinal)
        .Replace("{id}", id, StringComparison.Ordinal);

    public static Http1Case Refused(string name, string text) => new(name, text, 0);

    public static Http1Case Good(string name, string text, int served = 1) => new(name, text, served);

    /// <summary>A POST with these header lines besides Host, and this body.</summary>
    public static string Post(string fields, string body = "hello") => $"POST /{{id}} HTTP/1.1\r\nHost: {{host}}\r\n{fields}\r\n\r\n{body}";

    /// <summary>A POST with these chunks.</summary>
    public static string Chunked(string chunks) => Post("Transfer-Encoding: chunked", chunks);

    /// <summary>A GET with these header lines besides Host.</summary>
    public static string Get(string fields) => $"GET /{{id}} HTTP/1.1\r\nHost: {{host}}\r\n{fields}\r\n\r\n";

    /// <summary>A request with this request line.</summary>
    public static string Line(string line) => $"{line}\r\nHost: {{host}}\r\n\r\n";

    private static int LengthFor(string host) => Smuggled.Length - "{host}".Length + host.Length;
}
