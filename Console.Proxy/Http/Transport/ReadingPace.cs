using System.Diagnostics;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// How fast the other side of a connection takes what is sent to it, while something waits to be taken. Asked about once a
/// second, by one thread.
/// </summary>
internal sealed class ReadingPace(LoopSocket socket)
{
    private long _since;
    private long _before;

    /// <summary>
    /// Whether less than <paramref name="bytesPerSecond"/> was taken on average over the last <paramref name="period"/>, in which
    /// something waited each time this was asked.
    /// </summary>
    public bool IsBelow(int bytesPerSecond, TimeSpan period)
    {
        if (!socket.IsSending)
        {
            _since = 0;
            return false;
        }

        var taken = socket.CountTaken();
        if (_since == 0 || taken - _before >= bytesPerSecond * period.TotalSeconds)
        {
            (_since, _before) = (Stopwatch.GetTimestamp(), taken);
            return false;
        }

        return Stopwatch.GetElapsedTime(_since) >= period;
    }
}
