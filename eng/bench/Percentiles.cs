namespace PodConsole.Bench;

/// <summary>Percentiles of measured times.</summary>
internal static class Percentiles
{
    /// <summary>The value that <paramref name="part"/> (0–1) of the values lie below.</summary>
    public static double At(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Min(sorted.Length - 1, part * sorted.Length)];
    }
}
