using System.Globalization;
using System.Text;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>An answer as it was on the wire.</summary>
/// <param name="Status">Of three digits.</param>
/// <param name="Saw">What the service says that it answers; null when the gateway answers by itself.</param>
/// <param name="Closes">Whether it is the last on its connection.</param>
/// <param name="IsWhole">Whether it is complete.</param>
/// <param name="Body">Its content without chunking.</param>
internal sealed record WireAnswer(int Status, string? Saw, bool Closes, bool IsWhole, string Body)
{
    /// <summary>Reads all answers that came on a connection until its end. Fails the test when a head is not strictly what it should be.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="methods">Of the requests, as far as the client made sense.</param>
    public static IReadOnlyList<WireAnswer> ReadAll(string bytes, IEnumerable<string> methods)
    {
        var answers = new List<WireAnswer>();
        var rest = new Queue<string>(methods);
        var at = 0;
        while (at < bytes.Length)
        {
            var answer = Read(bytes, ref at, rest.TryPeek(out var method) && method == "HEAD");
            if (answer is null)
            {
                break; // Cut within its head.
            }

            if (answer.Status >= 200)
            {
                answers.Add(answer);
                rest.TryDequeue(out _);
            }
        }

        return answers;
    }

    private static WireAnswer? Read(string bytes, ref int at, bool isHead)
    {
        var end = bytes.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
        if (end < 0)
        {
            at = bytes.Length;
            return null;
        }

        var lines = bytes[at..end].Split("\r\n");
        at = end + 4;
        Assert.Matches("^HTTP/1\\.1 [1-5][0-9][0-9]( |$)", lines[0]);
        Assert.All(lines, line => Assert.True(WireReader.IsText(line), line));
        var fields = lines.Skip(1).Select(line => line.Split(':', 2)).ToLookup(
            parts => WireReader.IsToken(parts[0]) ? parts[0] : throw new InvalidDataException(parts[0]), parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        var (lengths, codings) = (fields["Content-Length"].ToList(), fields["Transfer-Encoding"].ToList());
        Assert.True(lengths.Count + codings.Count <= 1, $"An answer with two lengths: {bytes}");
        var (body, isWhole) = isHead || status is < 200 or 204 or 304 ? ("", true)
            : codings.Count > 0 ? Chunks(bytes, ref at)
            : Counted(bytes, ref at, lengths is [var length] ? int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture) : bytes.Length - at);
        return new(status, fields["X-Saw"].FirstOrDefault(), fields["Connection"].Contains("close"), isWhole, body);
    }

    private static (string Body, bool IsWhole) Counted(string bytes, ref int at, int length)
    {
        var body = bytes.Substring(at, Math.Min(length, bytes.Length - at));
        at += body.Length;
        return (body, body.Length == length);
    }

    private static (string Body, bool IsWhole) Chunks(string bytes, ref int at)
    {
        var body = new StringBuilder();
        while (bytes.IndexOf("\r\n", at, StringComparison.Ordinal) is >= 0 and var end)
        {
            var size = int.Parse(bytes.AsSpan(at, end - at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at = end + 2;
            if (at + size + 2 > bytes.Length)
            {
                break;
            }

            body.Append(bytes, at, size);
            at += size + 2;
            if (size == 0)
            {
                return (body.ToString(), true);
            }
        }

        at = bytes.Length;
        return (body.ToString(), false);
    }
}
