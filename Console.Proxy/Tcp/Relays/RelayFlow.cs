namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>
/// One direction of a relay. Its copier alone writes to it, without locks; others read what may be a moment old.
/// </summary>
internal class RelayFlow(long now)
{
    /// <summary>Bytes passed on.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the last ones were, or the end was; as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long LastActivity { get; private set; } = now;

    /// <summary>Whether the source has sent all.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether nobody reads from the source, so that nobody would see it fail: it has sent all, or the destination is slow.</summary>
    public bool IsUnread => HasEnded || IsHeldBack;

    /// <summary>Whether bytes wait until the destination takes them.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>Counts bytes that were passed on.</summary>
    public void Count(int bytes, long now)
    {
        Bytes += bytes;
        LastActivity = now;
    }

    /// <summary>Notes that the end was passed on.</summary>
    public void End(long now) => (LastActivity, HasEnded) = (now, true);
}
