using System.Net;
using System.Text.RegularExpressions;

namespace PodConsole.Tests.Isolation;

/// <summary>An answer without what differs between any two: equal ones cannot be told apart.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, by name.</param>
/// <param name="Text">The body.</param>
internal sealed partial record Answer(HttpStatusCode Status, string Headers, string Text)
{
    // The time, and how a key stands to its quota.
    private static readonly string[] Changing = ["Date", "RateLimit"];

    /// <summary>Reads an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="id">What was asked for, which an answer may repeat; empty for nothing.</param>
    public static async Task<Answer> OfAsync(HttpResponseMessage response, string id)
    {
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => !Changing.Contains(header.Key))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);

        // A stream of events has no end.
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? ""
            : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new(response.StatusCode, Plain(string.Join('\n', headers), id), Plain(text, id));
    }

    // A short id is a number that may be part of anything.
    private static string Plain(string text, string id) =>
        Port().Replace(RequestId().Replace(id.Length > 8 ? text.Replace(id, "{id}", StringComparison.Ordinal) : text, "?"), "localhost:?");

    [GeneratedRegex("[A-Z0-9]{13}:[0-9A-F]{8}")]
    private static partial Regex RequestId();

    [GeneratedRegex("localhost:[0-9]+")]
    private static partial Regex Port();
}
