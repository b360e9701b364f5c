using System.Buffers;
using System.Globalization;
using System.Text;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>
/// Reads requests as RFC 9112 defines them and no other way. It is the judge on both sides of the gateway: of what a client
/// meant by its bytes, and of what a service may be sent. Where the definition allows leniency (an empty line before a request, of
/// which the server takes CR or LF alone too, more than one space before its version) it follows it; nobody reads such bytes as
/// something else.
/// </summary>
internal static class WireReader
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Every request in bytes up to the first that is not whole, and whether there is one.</summary>
    public static (IReadOnlyList<WireRequest> Requests, bool IsClean) ReadAll(string bytes)
    {
        var requests = new List<WireRequest>();
        var position = 0;
        while (position < bytes.Length)
        {
            if (Read(bytes, ref position, out var request) != WireState.Whole)
            {
                return (requests, false);
            }

            requests.Add(request!);
        }

        return (requests, true);
    }

    /// <summary>Reads one request, and moves behind it when it is whole.</summary>
    public static WireState Read(string bytes, ref int position, out WireRequest? request)
    {
        request = null;
        var at = position;
        while (at < bytes.Length && bytes[at] is '\r' or '\n')
        {
            at++;
        }

        if (Line(bytes, ref at) is not { } line)
        {
            return WireState.Partial;
        }

        // The server takes whatever stands before the version for the space. Everybody else refuses such a line, so nobody reads another request.
        if (line.Length > 9 && line[^9..] is not " HTTP/1.1" and not " HTTP/1.0")
        {
            line = $"{line[..^9]} {line[^8..]}";
        }

        if (line.Split(' ') is not [var method, var target, .. var blanks, "HTTP/1.1" or "HTTP/1.0"]
            || !IsToken(method) || !IsVisible(target) || blanks.Any(blank => blank.Length > 0))
        {
            return WireState.Bad;
        }

        var fields = new List<(string Name, string Value)>();
        var state = Fields(bytes, ref at, fields);
        if (state != WireState.Whole)
        {
            return state;
        }

        var head = new WireRequest(method, target, fields, "");
        state = Body(bytes, ref at, head, isOld: line.EndsWith('0'), out var body);
        if (state == WireState.Whole)
        {
            request = head with { Body = body };
            position = at;
        }

        return state;
    }

    private static WireState Body(string bytes, ref int at, WireRequest head, bool isOld, out string body)
    {
        body = "";
        var (codings, lengths, hosts) = (head.ValuesOf("Transfer-Encoding"), head.ValuesOf("Content-Length"), head.ValuesOf("Host"));
        if (hosts.Count > 1 || (hosts.Count == 0 && !isOld) || codings.Count + lengths.Count > 1)
        {
            return WireState.Bad;
        }

        if (codings is [var coding])
        {
            return isOld || !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? WireState.Bad : Chunks(bytes, ref at, out body);
        }

        // The server takes a sign. Nobody reads that as another number, and it does not go on to the service.
        var length = 0L;
        if (lengths is [var text] && (text.Contains('\0')
            || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out length) || length < 0))
        {
            return WireState.Bad;
        }

        if (length > bytes.Length - at)
        {
            return WireState.Partial;
        }

        body = bytes.Substring(at, (int)length);
        at += (int)length;
        return WireState.Whole;
    }

    private static WireState Chunks(string bytes, ref int at, out string body)
    {
        var content = new StringBuilder();
        body = "";
        while (Line(bytes, ref at) is { } line)
        {
            var digits = line.Split(';', 2)[0];
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0 || line.AsSpan().ContainsAny('\r', '\n'))
            {
                return WireState.Bad;
            }

            if (size == 0)
            {
                body = content.ToString();

                // Nobody gets the trailers, so what their values hold does not matter.
                return Fields(bytes, ref at, [], areDropped: true);
            }

            if (size > bytes.Length - at - 2)
            {
                return WireState.Partial;
            }

            content.Append(bytes, at, size);
            at += size + 2;
            if (bytes[at - 2] != '\r' || bytes[at - 1] != '\n')
            {
                return WireState.Bad;
            }
        }

        return WireState.Partial;
    }

    private static WireState Fields(string bytes, ref int at, List<(string Name, string Value)> fields, bool areDropped = false)
    {
        while (Line(bytes, ref at) is { } line)
        {
            if (line.Length == 0)
            {
                return WireState.Whole;
            }

            var colon = line.IndexOf(':');
            if (colon < 0 || !IsToken(line[..colon]) || !(areDropped ? !line.Contains('\0') : IsText(line)))
            {
                return WireState.Bad;
            }

            fields.Add((line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return WireState.Partial;
    }

    private static string? Line(string bytes, ref int at)
    {
        var end = bytes.IndexOf("\r\n", at, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var line = bytes[at..end];
        at = end + 2;
        return line;
    }

    /// <summary>Whether this may name a method or a field.</summary>
    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Token);

    /// <summary>Whether this may be the value of a field.</summary>
    public static bool IsText(string text) => text.All(letter => letter is '\t' or (>= ' ' and not '\x7f'));

    private static bool IsVisible(string text) => text.Length > 0 && text.All(letter => letter is > ' ' and <= '~');
}

/// <summary>How far a request got.</summary>
internal enum WireState
{
    /// <summary>It is all there.</summary>
    Whole,

    /// <summary>More would have to come.</summary>
    Partial,

    /// <summary>It is none, whatever comes.</summary>
    Bad,
}
