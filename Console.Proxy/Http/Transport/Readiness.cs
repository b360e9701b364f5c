using System.Threading.Tasks.Sources;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// Lets one reader, or one writer, wait until its socket is worth another try. What happens while nobody waits is remembered
/// until the next wait.
/// </summary>
internal sealed class Readiness : IValueTaskSource
{
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _cancellation;
    private int _state;

    /// <summary>Waits for the next <see cref="Signal"/>, or for none when there was one since the last wait. One caller at a time.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Ready) == Ready)
        {
            return default;
        }

        _core.Reset();
        var version = _core.Version;
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Ready)
        {
            Volatile.Write(ref _state, Idle);
            return default;
        }

        _cancellation = cancellationToken.UnsafeRegister(static (readiness, token) => ((Readiness)readiness!).Cancel(token), this);
        return new(this, version);
    }

    /// <summary>Takes back a signal that nobody has waited for.</summary>
    public void Forget() => Interlocked.CompareExchange(ref _state, Idle, Ready);

    /// <summary>Ends the wait.</summary>
    /// <param name="inline">Whether whoever waits goes on at once, on this thread.</param>
    public void Signal(bool inline)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Ready)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, state == Idle ? Ready : Idle, state) == state)
            {
                if (state == Waiting)
                {
                    _core.RunContinuationsAsynchronously = !inline;
                    _core.SetResult(true);
                }

                return;
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token)
    {
        // Waits for a cancellation under way, so that it cannot meet the next wait.
        _cancellation.Dispose();
        _core.GetResult(token);
    }

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            _core.RunContinuationsAsynchronously = true;
            _core.SetException(new OperationCanceledException(token));
        }
    }
}
