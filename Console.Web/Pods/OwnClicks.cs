using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Mappings;

namespace PodConsole.Web.Pods;

/// <summary>What the person at this tab did, so that it is not told as news to whoever just did it. Used on the tab's own thread only.</summary>
internal sealed class OwnClicks(TimeProvider clock)
{
    // News comes within moments of its click.
    private const int Remembered = 20;

    private readonly LinkedList<Click> _clicks = [];

    /// <summary>Notes that something is done to a pod, until the result is disposed.</summary>
    public IDisposable Begin(PodId podId)
    {
        var click = new Click(podId, clock);
        _clicks.AddFirst(click);
        if (_clicks.Count > Remembered)
        {
            _clicks.RemoveLast();
        }

        return click;
    }

    /// <summary>Whether a change came from here. A port that was taken meanwhile is nobody's click.</summary>
    public bool Made(MappingChange change) => change.Cause != MappingCause.Taken && _clicks.Any(click => click.Made(change));

    private sealed class Click(PodId podId, TimeProvider clock) : IDisposable
    {
        private readonly DateTime _begin = clock.GetUtcNow().UtcDateTime;
        private DateTime _end = DateTime.MaxValue;

        public bool Made(MappingChange change) => change.PodId == podId && change.At >= _begin && change.At <= _end;

        public void Dispose() => _end = clock.GetUtcNow().UtcDateTime;
    }
}
