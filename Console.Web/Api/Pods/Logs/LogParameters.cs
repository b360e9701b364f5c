using System.Globalization;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Api.Pods.Logs;

/// <summary>
/// What of a pod's output is asked for: <c>source</c>, <c>tail</c>, <c>since</c> and <c>Last-Event-ID</c>. The id of the last
/// event that a client has goes before <c>since</c>, and that before <c>tail</c>.
/// </summary>
internal static class LogParameters
{
    /// <summary>Lines that may come first.</summary>
    public const int MaxTail = 5000;

    /// <summary>Lines that come first when nothing is said.</summary>
    public const int DefaultTail = 100;

    private const string LastEventId = "Last-Event-ID";

    /// <summary>Reads them; what is wrong is added to <paramref name="errors"/>.</summary>
    public static LogQuery Read(HttpRequest request, List<string> errors)
    {
        var tail = (int)(QueryText.Number("tail", request.Query["tail"], 0, MaxTail, errors) ?? DefaultTail);
        var since = QueryText.Time("since", request.Query["since"], errors);
        var source = QueryText.OneOf("source", request.Query["source"], errors, "container", "system");
        var query = new LogQuery(since is null ? tail : int.MaxValue, Follow: true, null, since, source is null ? null : source == "system");
        return request.Headers[LastEventId].ToString() is { Length: > 0 } last ? After(query, last, errors) : query;
    }

    /// <summary>The name of an event: it says where to go on.</summary>
    public static string IdOf(LogLine line) => $"{TimeOf(line)}/{line.Sequence.ToString("D12", CultureInfo.InvariantCulture)}";

    /// <summary>When a line was written (RFC 3339).</summary>
    public static string TimeOf(LogLine line) => line.Timestamp.ToString("O", CultureInfo.InvariantCulture);

    // An id of an event, or only its time.
    private static LogQuery After(LogQuery query, string last, List<string> errors)
    {
        var parts = last.Split('/');
        var time = QueryText.Time(LastEventId, parts[0], errors);
        return parts is [_, var number]
            ? query with { AfterSequence = QueryText.Number(LastEventId, number, 0, long.MaxValue, errors), Since = null }
            : query with { Tail = int.MaxValue, Since = time };
    }
}
