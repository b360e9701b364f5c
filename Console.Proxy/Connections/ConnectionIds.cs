namespace PodConsole.Proxy.Connections;

/// <summary>The numbers by which people and programs name connections.</summary>
internal static class ConnectionIds
{
    private static long _last;

    /// <summary>A number that was not given before in this process.</summary>
    public static long Next() => Interlocked.Increment(ref _last);
}
