namespace PodConsole.Proxy.EventLoops;

/// <summary>
/// How the system checks a machine that is silent: one that is gone is noticed within two minutes. By themselves systems begin
/// after two hours, which is longer than a connection may be silent.
/// </summary>
/// <remarks>
/// Each connection has a pace of its own. Thousands that came together would be checked at one moment, again and again, and on the
/// way to a pod on this machine the system drops what is more than a thousand packets (<c>netdev_max_backlog</c>): checks
/// without an answer, of connections to which nothing is wrong.
/// </remarks>
internal static class KeepAlivePace
{
    /// <summary>Checks without an answer until the connection has failed (TCP_KEEPCNT).</summary>
    public const int Checks = 4;

    /// <summary>Seconds of silence before the first check (TCP_KEEPIDLE).</summary>
    public static int Idle => Random.Shared.Next(30, 61);

    /// <summary>Seconds between checks (TCP_KEEPINTVL).</summary>
    public static int Interval => Random.Shared.Next(10, 16);
}
