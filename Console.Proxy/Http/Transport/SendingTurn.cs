using System.IO.Pipelines;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// When a <see cref="GatheredWriter"/> sends: in its turn in the thread pool, behind streams that may have something to add by then;
/// or at once, whichever comes first.
/// </summary>
internal sealed class SendingTurn : PipeScheduler, IThreadPoolWorkItem
{
    private Step? _step;
    private volatile bool _isClaimed;

    /// <summary>Says that the caller is about to take the turn itself, so that the pool need not: <see cref="TakeClaimed"/> must follow.</summary>
    public void Claim() => _isClaimed = true;

    /// <summary>Sends what waits, unless somebody does already.</summary>
    public void TakeClaimed()
    {
        _isClaimed = false;
        Take();
    }

    /// <summary>Called by whoever writes, or by the sender when something was written while it began to wait.</summary>
    public override void Schedule(Action<object?> action, object? state)
    {
        // Both exchanges are fences: a step comes either before the one that takes what was claimed, or after the claim has ended.
        Interlocked.Exchange(ref _step, new(action, state));
        if (!_isClaimed)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute() => Take();

    private void Take()
    {
        if (Interlocked.Exchange(ref _step, null) is { } step)
        {
            step.Action(step.State);
        }
    }

    private sealed record Step(Action<object?> Action, object? State);
}
