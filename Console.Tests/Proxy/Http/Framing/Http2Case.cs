using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Frames that a client may send over HTTP/2, and what must come of them.</summary>
/// <param name="Name">What is odd about them.</param>
/// <param name="Frames">Makes them, for the pod's host and a request to <c>/{id}</c>, on stream <see cref="OddStream"/> and those after it.</param>
/// <param name="Body">The content that the service must get; null when nothing may reach it.</param>
internal sealed record Http2Case(string Name, Func<string, string, byte[]> Frames, string? Body)
{
    /// <summary>The stream of the request.</summary>
    public const int OddStream = 3;

    /// <summary>Whether the gateway has nothing to answer, because the request does not end.</summary>
    public bool IsOpen { get; private init; }

    /// <summary>Whether the service may also get it, because the fault comes to light only after what is whole by itself.</summary>
    public bool IsLate { get; private init; }

    public static Http2Case Refused(string name, Func<string, string, byte[]> frames) => new(name, frames, null);

    public static Http2Case Good(string name, Func<string, string, byte[]> frames, string body = "") => new(name, frames, body);

    public static Http2Case Open(string name, Func<string, string, byte[]> frames) => new(name, frames, null) { IsOpen = true };

    public static Http2Case Late(string name, Func<string, string, byte[]> frames) => new(name, frames, "") { IsLate = true };

    /// <summary>The pseudo-header fields of a request.</summary>
    public static (string Name, string Value)[] Head(string host, string id, string method = "GET") =>
        [(":method", method), (":scheme", "https"), (":authority", host), (":path", $"/{id}")];

    /// <summary>A GET with more fields.</summary>
    public static Func<string, string, byte[]> Get(params (string Name, string Value)[] fields) =>
        (host, id) => Http2Frames.HeadersOf(OddStream, ends: true, [.. Head(host, id), .. fields]);

    /// <summary>A GET whose whole header is this.</summary>
    public static Func<string, string, byte[]> Whole(Func<string, string, (string Name, string Value)[]> fields) =>
        (host, id) => Http2Frames.HeadersOf(OddStream, ends: true, fields(host, id));

    /// <summary>A POST with more fields, whose content comes in these frames.</summary>
    public static Func<string, string, byte[]> Post((string Name, string Value)[] fields, params string[] data) => (host, id) =>
    [
        .. Http2Frames.HeadersOf(OddStream, ends: false, [.. Head(host, id, "POST"), .. fields]),
        .. data.SelectMany((content, number) => Http2Frames.DataOf(OddStream, ends: number == data.Length - 1, content)),
    ];

    /// <summary>A GET with a frame before it.</summary>
    public static Func<string, string, byte[]> Before(byte type, int flags, int stream, params byte[] payload) =>
        (host, id) => [.. Http2Frames.Frame(type, flags, stream, payload), .. Get()(host, id)];
}
