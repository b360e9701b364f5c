using System.Buffers;
using System.Runtime.InteropServices;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>What became of moving bytes.</summary>
internal enum FlowResult
{
    /// <summary>All is moved that can be now.</summary>
    Waits,

    /// <summary>The source is broken.</summary>
    SourceGone,

    /// <summary>The destination is broken.</summary>
    DestinationGone,
}

/// <summary>
/// One direction of a <see cref="LoopRelay"/>. The first bytes of a burst are copied, through a buffer that all connections of
/// a thread share; more of them are spliced. Only what a slow destination has not taken yet is kept, up to one buffer.
/// </summary>
internal sealed class LoopFlow(RelaySide source, RelaySide destination, long now) : RelayFlow(now)
{
    // Of a longer burst, what comes behind this is spliced.
    private const int BufferSize = 32 * 1024;

    [ThreadStatic]
    private static byte[]? _buffer;

    private byte[]? _rest;
    private int _restStart;
    private int _restEnd;
    private SplicePipe? _pipe;
    private bool _sourceHasEnded;

    /// <summary>Moves bytes until the source has no more, the destination has no room, or others have their turn.</summary>
    /// <param name="now">The time, as <see cref="TimeProvider.GetTimestamp"/> counts.</param>
    public FlowResult Move(long now)
    {
        var burst = 0;
        while (!HasEnded)
        {
            if (!TryFlush(now))
            {
                return FlowResult.DestinationGone;
            }

            if (IsHeldBack)
            {
                return FlowResult.Waits;
            }

            if (_sourceHasEnded)
            {
                Release();
                End(now);
                source.HasSentAll = true;
                // When both have, both are closed at once, which says the same.
                return destination.HasSentAll || Descriptor.Finish(destination.Socket) ? FlowResult.Waits : FlowResult.DestinationGone;
            }

            if (!source.IsReadable)
            {
                Release();
                return FlowResult.Waits;
            }

            // It goes on as it is when the others have had theirs: to begin with copying again would cost more than the pipe.
            if (EventLoop.IsTurnOver(source))
            {
                return FlowResult.Waits;
            }

            // Splicing never gets past an urgent byte.
            _pipe ??= burst < BufferSize || source.HasUrgent ? null : SplicePipe.TryRent();
            var count = _pipe is null ? Copy(now) : _pipe.Fill(source.Socket);
            if (count < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error is not (Libc.Again or Libc.Interrupted))
                {
                    return FlowResult.SourceGone;
                }

                if (error == Libc.Again && _pipe is not null && source.HasUrgent)
                {
                    Release();
                    continue;
                }

                source.IsReadable = error == Libc.Interrupted;
                source.HasUrgent &= source.IsReadable;
                continue;
            }

            if (count == 0 && _pipe is not null)
            {
                // The end, or an urgent byte with more behind it: splicing says the same of both, reading tells.
                Release();
                source.HasUrgent = true;
                continue;
            }

            _sourceHasEnded = count == 0;
            burst += count;
            EventLoop.Count(count);
        }

        return FlowResult.Waits;
    }

    /// <summary>Gives up what it holds.</summary>
    public void Release()
    {
        _pipe?.Return();
        _pipe = null;
        if (_rest is not null)
        {
            ArrayPool<byte>.Shared.Return(_rest);
            _rest = null;
        }
    }

    // Reads into the shared buffer and sends it on; what there is no room for is kept.
    private int Copy(long now)
    {
        var buffer = _buffer ??= GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        var count = Descriptor.Receive(source.Socket, buffer);
        if (count <= 0)
        {
            return count;
        }

        // Less than was asked for: the next bytes are told of anew, and so is an end that has not come yet.
        source.IsReadable = count == BufferSize || source.HasFinished || source.HasUrgent;
        var sent = Math.Max(Descriptor.Send(destination.Socket, buffer.AsSpan(0, count)), 0);
        Count(sent, now);
        if (sent < count)
        {
            _rest = ArrayPool<byte>.Shared.Rent(count - sent);
            (_restStart, _restEnd) = (0, count - sent);
            buffer.AsSpan(sent, count - sent).CopyTo(_rest);
        }

        return count;
    }

    // Sends what is kept. False when the destination is broken; whether some is left is whether the flow is held back.
    private bool TryFlush(long now)
    {
        while (_rest is not null || _pipe is { Count: > 0 })
        {
            IsHeldBack = !destination.IsWritable;
            if (IsHeldBack)
            {
                return true;
            }

            var sent = _rest is null ? _pipe!.Drain(destination.Socket) : Descriptor.Send(destination.Socket, _rest.AsSpan(_restStart, _restEnd - _restStart));
            if (sent >= 0)
            {
                Count(sent, now);
                Forget(sent);
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error is not (Libc.Again or Libc.Interrupted))
            {
                return false;
            }

            destination.IsWritable = error == Libc.Interrupted;
        }

        IsHeldBack = false;
        return true;
    }

    private void Forget(int sent)
    {
        if (_rest is not null && (_restStart += sent) == _restEnd)
        {
            ArrayPool<byte>.Shared.Return(_rest);
            _rest = null;
        }
    }
}
