namespace PodConsole.Proxy.Http.Latency;

/// <summary>What a 524 answer can show for itself.</summary>
/// <param name="Waited">How long this request waited without a first byte, after all that came of its own content.</param>
/// <param name="Limit">How long silence is allowed on this port.</param>
/// <param name="Recent">Median and 95th percentile of the port's recent first-byte times, and of how many; null without any.</param>
internal sealed record SilenceEvidence(TimeSpan Waited, TimeSpan Limit, (TimeSpan Median, TimeSpan P95, int Count)? Recent)
{
    /// <summary>For people, one line each.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        yield return ("This request waited", SlowWarning.Text(Waited));
        yield return ("Silence allowed here", SlowWarning.Text(Limit));
        if (Recent is { } recent)
        {
            yield return ($"First byte, median of {recent.Count}", SlowWarning.Text(recent.Median));
            yield return ("First byte, 95th percentile", SlowWarning.Text(recent.P95));
        }
    }
}
