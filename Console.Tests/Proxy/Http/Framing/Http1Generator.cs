using System.Text;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Makes requests over HTTP/1.1 from a seed: one or two that are right, then a few faults in them.</summary>
internal static class Http1Generator
{
    private static readonly string[] Lengths =
        ["0", "1", "4", "5", "6", "{length}", "+5", "-1", "0x5", "5, 5", "5,6", " 5", "5 ", "5\t", "5;", "1e1", "", "99999999999999999999", "4294967301", "05"];

    private static readonly string[] Codings =
        ["chunked", "Chunked", "chunked, chunked", "identity", "gzip, chunked", "chunked, identity", "xchunked", " chunked", "chunked ", "\tchunked",
            "chunked;a=b", ",chunked", "chunked,", "\"chunked\"", "chun ked", "", "chunked\r\n x"];

    private static readonly string[] Sizes =
        ["5", "05", "00000005", "5;a=b", "5 ", " 5", "0x5", "+5", "-5", "6", "4", "", ";", "5;\n", "5\n", "FFFFFFFFFFFFFFFF", "100000005", "5;a=\"b\"", "5\r", "5g"];

    private static readonly string[] Ends = ["\r\n", "\n", "\r", "\r\r\n", "\r\n ", "", "\n\r", "\r\n\r\n"];

    private static readonly string[] Fields =
        ["X-A: 1", "X-A : 1", " X-A: 1", "X-A", ": 1", "X\0A: 1", "X-A: \0", "X-A: a\rb", "X-A: a\nb", "X-A: a\r\n b", "Content_Length: 5", "Transfer_Encoding: chunked",
            "Connection: close", "Connection: X-Hop", "Connection: Content-Length", "Connection: Transfer-Encoding, Host", "Connection: Upgrade\r\nUpgrade: websocket",
            "Connection: Upgrade\r\nUpgrade: h2c", "Expect: 100-continue", "Expect: x", "Host: other.example", "Host: {host}", "X-Forwarded-For: 6.6.6.6",
            "TE: trailers", "TE: chunked", "Trailer: Content-Length", "Cookie: a=1", "Keep-Alive: timeout=1", "X-Content-Length: 5", "Content-Type: text/plain"];

    private static readonly string[] Lines =
        ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "G@T", "", "PRI"];

    private static readonly string[] Versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "", "HTTP/1.1 ", "HTTP/0.9"];

    private static readonly string[] Odd = ["\0", "\r", "\n", "\r\n", " ", "\t", ":", "\u007f", "\u00ff", "\v", ";", ",", "0", "#", "\r\n\r\n"];

    /// <summary>The segments of a case; the same for the same seed.</summary>
    public static IReadOnlyList<string> Make(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        var requests = random.Next(1, 4);
        for (var number = 0; number < requests; number++)
        {
            text.Append(Request(random, number, faults: number == 0 || random.Next(3) == 0));
        }

        var bytes = text.ToString();
        for (var faults = random.Next(4) - 2; faults > 0; faults--)
        {
            bytes = Spoil(random, bytes);
        }

        return Cut(random, bytes);
    }

    private static string Request(Random random, int number, bool faults)
    {
        bool Odds(int one) => faults && random.Next(one) == 0;
        var method = Odds(8) ? Pick(random, Lines) : Pick(random, Lines[..5]);
        var target = Odds(12) ? Pick(random, ["*", "https://{host}/{id}", "https://other.example/{id}", "//{id}", "/{id}#a", "/{id} /x", "{id}", "/{id}?a=%00"]) : $"/{{id}}-{number}";
        var lines = new List<string> { $"{method} {target} {(Odds(10) ? Pick(random, Versions) : Versions[0])}", "Host: {host}" };
        var kind = random.Next(3);
        var body = kind switch
        {
            0 => "",
            1 => random.Next(2) == 0 ? "hello" : Http1Case.Smuggled,
            _ => Chunks(random, Odds(2)),
        };
        if (kind == 1)
        {
            lines.Add($"Content-Length: {(Odds(3) ? Pick(random, Lengths) : body == "hello" ? "5" : "{length}")}");
        }
        else if (kind == 2)
        {
            lines.Add($"Transfer-Encoding: {(Odds(3) ? Pick(random, Codings) : Codings[0])}");
        }

        if (Odds(5))
        {
            lines.Add($"Content-Length: {Pick(random, Lengths)}");
        }

        if (Odds(6))
        {
            lines.Add($"Transfer-Encoding: {Pick(random, Codings)}");
        }

        for (var more = faults ? random.Next(3) : 0; more > 0; more--)
        {
            lines.Insert(random.Next(1, lines.Count + 1), Pick(random, Fields));
        }

        if (Odds(12))
        {
            lines.RemoveAt(random.Next(lines.Count));
        }

        return string.Concat(lines.Select(line => line + (Odds(15) ? Pick(random, Ends) : "\r\n"))) + (Odds(20) ? Pick(random, Ends) : "\r\n") + body;
    }

    private static string Chunks(Random random, bool faults)
    {
        bool Odds(int one) => faults && random.Next(one) == 0;
        var text = new StringBuilder();
        for (var count = random.Next(3); count > 0; count--)
        {
            var isLong = random.Next(3) == 0;
            text.Append(Odds(3) ? Pick(random, Sizes) : isLong ? "{chunk}" : "5").Append(Odds(8) ? Pick(random, Ends) : "\r\n")
                .Append(isLong ? Http1Case.Smuggled : "hello").Append(Odds(8) ? Pick(random, Ends) : "\r\n");
        }

        text.Append(Odds(6) ? Pick(random, ["00", "0;a", "", "0 ", "-0", "0x0"]) : "0").Append(Odds(8) ? Pick(random, Ends) : "\r\n");
        return text.Append(Odds(4) ? Pick(random, Fields) + "\r\n" : "").Append(Odds(8) ? Pick(random, Ends) : "\r\n").ToString();
    }

    private static string Spoil(Random random, string bytes)
    {
        var at = random.Next(bytes.Length);
        var length = Math.Min(random.Next(1, 12), bytes.Length - at);
        return random.Next(4) switch
        {
            0 => bytes.Remove(at, length),
            1 => bytes.Insert(at, bytes.Substring(at, length)),
            2 => bytes.Insert(at, Pick(random, Odd)),
            _ => bytes.Remove(at, 1).Insert(at, Pick(random, Odd)),
        };
    }

    private static List<string> Cut(Random random, string bytes)
    {
        var segments = new List<string>();
        for (var count = random.Next(3); count > 0 && bytes.Length > 1; count--)
        {
            var at = random.Next(1, bytes.Length);
            segments.Add(bytes[..at]);
            bytes = bytes[at..];
        }

        return [.. segments, bytes];
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
