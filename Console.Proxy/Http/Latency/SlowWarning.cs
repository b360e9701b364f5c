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
            route.Latency.Note(new(waited, DateTime.UtcNow));
        }
    }

    /// <summary>Remembers an answer that had begun and was then silent until it was cut.</summary>
    public static void NoteCut(HttpRoute route) => route.Latency.Note(new(route.Rules.Silence, DateTime.UtcNow) { WasCut = true });

    /// <summary>The warning about a route as of now; empty for none. It does not change while nothing happens.</summary>
    public static string Of(HttpRoute? route)
    {
        if (route is not { WasUsed: true })
        {
            return "";
        }

        var limit = route.Rules.Silence;
        if (route.Open.LongestWait() >= limit * Share)
        {
            return $"A request has waited for more than {Text(limit * Share)}. After {Text(limit)} of silence it ends with status 524. {Advice}";
        }

        return route.Latency.Slow is not { } slow || DateTime.UtcNow - slow.At >= Remembered ? ""
            : slow.WasCut ? $"Lately an answer was cut in the middle after {Text(slow.Waited)} of silence. {StreamAdvice}"
            : $"Lately a request waited {Text(slow.Waited)}; after {Text(limit)} of silence it ends with status 524. {Advice}";
    }

    /// <summary>A time as people read it: seconds, with one digit below ten.</summary>
    public static string Text(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + " s";

    private const string StreamAdvice = "Send something now and then, such as an empty line, or allow more time in the port's settings.";

    private const string Advice = "Stream the answer, answer with a job to ask about later, or allow more time in the port's settings.";
}
