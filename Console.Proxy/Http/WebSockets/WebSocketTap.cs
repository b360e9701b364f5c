namespace PodConsole.Proxy.Http.WebSockets;

/// <summary>
/// The client's side of a forwarded WebSocket: what is read goes to the pod, what is written comes from it. Bytes pass
/// untouched and unbuffered; between two frames it puts in the gateway's own pings and the close.
/// </summary>
internal sealed class WebSocketTap(Stream client, CancellationToken aborted) : AsyncStream
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _interrupt = CancellationTokenSource.CreateLinkedTokenSource(aborted);
    private FrameTracker _fromClient;
    private FrameTracker _fromPod;
    private CancellationTokenRegistration _cancelled;
    private long _lastByte = Environment.TickCount64;
    private volatile bool _closing;
    private volatile bool _pings;
    private bool _cut;
    private bool _toldPod;
    private bool _toldClient;

    /// <summary>Time since a byte came from either side.</summary>
    public TimeSpan Silence => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastByte));

    /// <summary>Bytes that went to the pod.</summary>
    public long BytesUp { get; private set; }

    /// <summary>Bytes that came from the pod.</summary>
    public long BytesDown { get; private set; }

    public override bool CanWrite => true;

    /// <summary>Tells both sides that the gateway goes away, each as soon as a frame ends; then passes on nothing more.</summary>
    public void Leave()
    {
        _closing = true;
        _ = _interrupt.CancelAsync();
        _ = PutInAsync();
    }

    /// <summary>Sends the client a ping as soon as a frame ends.</summary>
    public void Ping()
    {
        _pings = true;
        _ = PutInAsync();
    }

    /// <summary>Reads what goes to the pod. Zero is the end; but a read of nothing only waits until there is something.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_closing)
        {
            try
            {
                var count = await client.ReadAsync(buffer, Interrupted(cancellationToken));
                Volatile.Write(ref _lastByte, Environment.TickCount64);
                BytesUp += count;
                _fromClient.AdvanceAll(buffer.Span[..count]);
                return count;
            }
            catch (OperationCanceledException) when (_closing)
            {
                // The pod is told below.
            }
        }

        return buffer.IsEmpty ? 0 : await ReadClosingAsync(buffer);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            Volatile.Write(ref _lastByte, Environment.TickCount64);
            BytesDown += buffer.Length;
            while (!buffer.IsEmpty && !_toldClient)
            {
                // Nearly always the whole; only what waits for the end of a frame makes it stop there.
                var length = buffer.Length;
                if (_closing || _pings)
                {
                    length = _fromPod.Advance(buffer.Span);
                }
                else
                {
                    _fromPod.AdvanceAll(buffer.Span);
                }

                await client.WriteAsync(buffer[..length], cancellationToken);
                buffer = buffer[length..];
                await PutInHereAsync();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cancelled.Dispose();
            client.Dispose();
        }

        base.Dispose(disposing);
    }

    // The forwarder has one token for all reads, so that one registration serves them all.
    private CancellationToken Interrupted(CancellationToken cancellationToken)
    {
        if (_cancelled == default)
        {
            _cancelled = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _interrupt);
        }

        return _interrupt.Token;
    }

    // The frame that is on its way is finished, then the pod is told, then the client's answer is awaited.
    private async ValueTask<int> ReadClosingAsync(Memory<byte> buffer)
    {
        if (!_toldPod)
        {
            if (_cut || _fromClient is { IsAtBoundary: true, HasClosed: false })
            {
                _toldPod = true;
                ControlFrames.CloseToPod.CopyTo(buffer);
                return ControlFrames.CloseToPod.Length;
            }

            // Frames that begin from here on are followed, for the client's close, but not passed on.
            var count = await client.ReadAsync(buffer, aborted);
            var passed = _fromClient.Advance(buffer.Span[..count]);
            _cut = _fromClient is { IsAtBoundary: true, HasClosed: false };
            _fromClient.AdvanceAll(buffer.Span[passed..count]);
            return passed;
        }

        while (!_fromClient.HasClosed)
        {
            var count = await client.ReadAsync(buffer, aborted);
            if (count == 0)
            {
                break;
            }

            _fromClient.AdvanceAll(buffer.Span[..count]);
        }

        return 0;
    }

    private async Task PutInAsync()
    {
        try
        {
            await _writing.WaitAsync(aborted);
            try
            {
                await PutInHereAsync();
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone: whoever reads from it or writes to it learns that too.
        }
    }

    private async ValueTask PutInHereAsync()
    {
        if (_toldClient || _fromPod.HasClosed || !_fromPod.IsAtBoundary)
        {
            return;
        }

        if (_closing)
        {
            _toldClient = true;
            await client.WriteAsync(ControlFrames.CloseToClient, aborted);
        }
        else if (_pings)
        {
            _pings = false;
            await client.WriteAsync(ControlFrames.Ping, aborted);
        }
    }
}
