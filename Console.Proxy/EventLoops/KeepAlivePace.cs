namespace PodConsole.Proxy.EventLoops;

/// <summary>
/// How the system checks a machine that is silent: one that is gone is noticed within two minutes. By themselves systems begin
/// after two hours, which is longer than a connection may be silent.
/// </summary>
internal static class KeepAlivePace
{
    /// <summary>Seconds of silence before the first check (TCP_KEEPIDLE).</summary>
    public const int Idle = 60;

    /// <summary>Seconds between checks (TCP_KEEPINTVL).</summary>
    public const int Interval = 15;

    /// <summary>Checks without an answer until the connection has failed (TCP_KEEPCNT).</summary>
    public const int Checks = 4;
}
