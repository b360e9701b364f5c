using System.Globalization;

namespace PodConsole.Proxy.Http.Latency;

/// <summary>Warns the owner before silence ends requests.</summary>
internal static class SlowWarning
{
    /// <summary>The part of the allowed silence from which on it warns.</summary>
    private const double Share = 0.8;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);

    /// <summary>Remembers a request that came near the limit.</summary>
    public static void Note(HttpRoute route, TimeSpan waited)
    {
        if (waited >= route.Rules.Silence * Share)
        {
            route.Latency.Note(new(SilentKind.Request, waited, DateTime.UtcNow));
        }
    }

    /// <summary>Remembers an answer that had begun, or a WebSocket, that was then silent until that ended it.</summary>
    public static void NoteEnd(HttpRoute route, SilentKind kind) => route.Latency.Note(new(kind, route.Rules.Silence, DateTime.UtcNow));

    /// <summary>The warning about a route as of now; empty for none. It does not change while nothing happens.</summary>
    public static string Of(HttpRoute? route)
    {
        if (route is not { WasUsed: true })
        {
            return "";
        }

        var limit = route.Rules.Silence;
        var keeps = route.Rules.Options.KeepWebSocketsOpen; // Then one that is silent all the same has lost its client.
        if (route.Open.LongestSilence(countsWebSockets: !keeps) is { } open && open.Time >= limit * Share)
        {
            var (near, all) = (Text(limit * Share), Text(limit));
            return open.Kind switch
            {
                SilentKind.Stream => $"A stream has been silent for more than {near}. After {all} of silence it is cut. {StreamAdvice}",
                SilentKind.WebSocket => $"A WebSocket has been silent for more than {near}. After {all} of silence it ends. {WebSocketAdvice}",
                _ => $"A request has waited for more than {near}. After {all} of silence it ends with status 524. {Advice}",
            };
        }

        return route.Latency.Slow is not { } slow || DateTime.UtcNow - slow.At >= Remembered ? "" : slow.Kind switch
        {
            SilentKind.Stream => $"Lately an answer was cut in the middle after {Text(slow.Silence)} of silence. {StreamAdvice}",
            SilentKind.WebSocket => $"Lately a WebSocket was ended after {Text(slow.Silence)} of silence. {WebSocketAdvice}",
            _ => $"Lately a request waited {Text(slow.Silence)}; after {Text(limit)} of silence it ends with status 524. {Advice}",
        };
    }

    /// <summary>A time as people read it: seconds, with one digit below ten.</summary>
    public static string Text(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + " s";

    private const string StreamAdvice = "Send something now and then, such as an empty line, or allow more time in the port's settings.";

    private const string WebSocketAdvice = "Turn on Keep quiet WebSockets open in the port's settings, or let the program send pings.";

    private const string Advice = "Stream the answer, answer with a job to ask about later, or allow more time in the port's settings.";
}
