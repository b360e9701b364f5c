using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Makes requests over HTTP/2 from a seed: one that is right, then a few faults in its fields, its content or the frames around it.</summary>
internal static class Http2Generator
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

    private static readonly (string Name, string Value)[] Fields =
    [
        ("x-a", "1"), ("X-A", "1"), ("x a", "1"), ("", "1"), ("x-a", "1\r\nx-hop: 1"), ("x-a", "1\r\n\r\n" + Smuggled), ("x-a", "1\n"), ("x-a", "\0"), ("x-a\r\nx-hop", "1"),
        ("x-a:", "1"), ("content-length", "5"), ("content-length", "0"), ("content-length", "50"), ("content-length", "5, 5"), ("content-length", "+5"), ("content-length", ""),
        ("content-length", "5\0"), ("transfer-encoding", "chunked"), ("transfer-encoding", "identity"), ("connection", "close"), ("connection", "x-hop"), ("keep-alive", "1"),
        ("proxy-connection", "close"), ("upgrade", "websocket"), ("te", "trailers"), ("te", "chunked"), ("host", "other.example"), ("expect", "100-continue"), ("expect", "x"),
        (":method", "POST"), (":path", "/smuggled"), (":authority", "other.example"), (":scheme", "http"), (":status", "200"), (":x", "1"), ("content_length", "5"),
        ("transfer_encoding", "chunked"), ("trailer", "content-length"), ("cookie", "a=1"), ("cookie", "a=1\r\nx-hop: 1"), ("x-forwarded-for", "6.6.6.6"), ("x-a", "\u00e4"),
    ];

    private static readonly string[] Odd = ["\0", "\r\n", "\n", " ", "\t", ":", "A", "\u007f", "\u00ff", "#", "%00", "/../", " HTTP/1.1\r\nX-Hop: 1\r\n\r\n"];

    /// <summary>The frames of a case, and the requests that they may stand for; the same for the same seed.</summary>
    public static (byte[] Frames, IReadOnlyList<WireRequest> Meant) Make(int seed, string host, string id)
    {
        var random = new Random(seed);
        var hasBody = random.Next(2) == 0;
        var fields = Http2Case.Head(host, id, hasBody ? "POST" : "GET").ToList();
        var body = hasBody ? random.Next(2) == 0 ? "hello" : Smuggled : "";
        if (hasBody && random.Next(2) == 0)
        {
            fields.Add(("content-length", $"{(random.Next(4) == 0 ? random.Next(60) : body.Length)}"));
        }

        for (var faults = random.Next(4); faults > 0; faults--)
        {
            Spoil(random, fields);
        }

        var frames = new List<byte[]>();
        var block = Http2Frames.BlockOf(fields);
        var cut = random.Next(4) == 0 ? random.Next(block.Length) : block.Length;
        frames.Add(Http2Frames.Frame(
            Http2Frames.Headers, (hasBody ? 0 : Http2Frames.EndStream) | (cut == block.Length ? Http2Frames.EndHeaders : 0), Http2Case.OddStream, block[..cut]));
        if (cut < block.Length)
        {
            frames.Add(Http2Frames.Frame(Http2Frames.Continuation, Http2Frames.EndHeaders, Http2Case.OddStream, block[cut..]));
        }

        if (hasBody)
        {
            var at = random.Next(body.Length);
            frames.Add(Http2Frames.DataOf(Http2Case.OddStream, ends: false, body[..at]));
            frames.Add(Http2Frames.DataOf(Http2Case.OddStream, ends: true, body[at..]));
        }

        for (var faults = random.Next(5) - 2; faults > 0; faults--)
        {
            frames.Insert(random.Next(frames.Count + 1), Any(random));
        }

        return ([.. frames.SelectMany(frame => frame)], MeaningOf(fields, body));
    }

    private static void Spoil(Random random, List<(string Name, string Value)> fields)
    {
        var at = random.Next(fields.Count);
        switch (random.Next(6))
        {
            case 0 when fields.Count > 1:
                fields.RemoveAt(at);
                break;
            case 1:
                fields.Insert(at, fields[random.Next(fields.Count)]);
                break;
            case 2:
                var (name, value) = fields[at];
                fields[at] = (name, value.Insert(random.Next(value.Length + 1), Odd[random.Next(Odd.Length)]));
                break;
            default:
                fields.Insert(random.Next(fields.Count + 1), Fields[random.Next(Fields.Length)]);
                break;
        }
    }

    private static byte[] Any(Random random)
    {
        var payload = new byte[random.Next(12)];
        random.NextBytes(payload);
        var (type, flags, stream) = ((byte)random.Next(12), random.Next(256), random.Next(4) == 0 ? random.Next(8) : Http2Case.OddStream);

        // More content would be no fault, but another request.
        return Http2Frames.Frame(type, flags, (type, stream) == (Http2Frames.Data, Http2Case.OddStream) ? Http2Case.OddStream + 2 : stream, payload);
    }

    // What may reach a service at all: of one method, path and content, all of them fit for HTTP/1.1. When the length says none,
    // or the content breaks off, the service may have got what was whole until then.
    private static IReadOnlyList<WireRequest> MeaningOf(List<(string Name, string Value)> fields, string body)
    {
        bool All(string name, Func<string, bool> test) => fields.Where(field => field.Name == name).Select(field => field.Value).ToList() is [var value] && test(value);
        var isMeant = All(":method", WireReader.IsToken)
            && All(":path", path => path.StartsWith('/') && path.All(letter => letter is > ' ' and <= '~' and not '#'))
            && All(":scheme", scheme => scheme == "https")
            && fields.All(field => (field.Name.StartsWith(':') || WireReader.IsToken(field.Name)) && WireReader.IsText(field.Value) && !field.Name.Any(char.IsAsciiLetterUpper))
            && fields.SkipWhile(field => field.Name.StartsWith(':')).All(field => !field.Name.StartsWith(':'))
            && !fields.Exists(field => field.Name is "connection" or "transfer-encoding" or "upgrade" or ":status" or ":x" || field is ("te", "chunked"));
        if (!isMeant)
        {
            return [];
        }

        var (method, path) = (fields.Find(field => field.Name == ":method").Value, fields.Find(field => field.Name == ":path").Value);
        var lengths = fields.Where(field => field.Name == "content-length").Select(field => field.Value).ToList();
        return lengths is [] || lengths is [var length] && int.TryParse(length, out var count) && count == body.Length
            ? [new(method, path, fields, body)]
            : lengths.Contains("0") ? [new(method, path, fields, "")]
            : [];
    }
}
