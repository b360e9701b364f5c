using System.Net;
using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>
/// A relay on one of the <see cref="EventLoop"/>s, whose thread moves the bytes of both directions itself. A connection that is
/// idle holds neither a buffer nor a pipe.
/// </summary>
internal sealed class LoopRelay : TcpRelay
{
    private readonly TaskCompletionSource _over = new();
    private readonly RelaySide _client;
    private readonly RelaySide _pod;
    private readonly LoopFlow _up;
    private readonly LoopFlow _down;
    private Action? _reached;
    private bool _isConnected;
    private bool _isChecked;
    private SocketError _dialError;
    private bool _podEndedFirst;

    /// <summary>Takes over an accepted connection.</summary>
    public LoopRelay(AcceptedClient client, RelayRules rules, TimeProvider clock)
        : base(client, rules, clock)
    {
        (_client, _pod) = (new(this), new(this));
        var now = clock.GetTimestamp();
        (_up, _down) = (new(_client, _pod, now), new(_pod, _client, now));
        _client.Socket = client.Descriptor;
    }

    /// <inheritdoc/>
    public override RelayFlow Up => _up;

    /// <inheritdoc/>
    public override RelayFlow Down => _down;

    /// <inheritdoc/>
    public override Task RunAsync(IPEndPoint target, Action reached)
    {
        lock (Gate)
        {
            if (Ended is null)
            {
                _reached = reached;
                _pod.Socket = Descriptor.NewSocket(target.AddressFamily);
                Descriptor.DisableDelay(_pod.Socket);
                Descriptor.Connect(_pod.Socket, target);
                _pod.Watch(EventLoop.Next());
            }
        }

        return _over.Task;
    }

    /// <summary>Goes on after something happened to one of the sockets. Called by the loop.</summary>
    public void Happened(RelaySide side, SocketEvents events)
    {
        RelayEnd? end;
        try
        {
            lock (Gate)
            {
                if (Ended is not null)
                {
                    return;
                }

                side.Note(events);
                end = _isConnected ? GoOn(side) : Begin();
            }
        }
        catch (Exception exception)
        {
            // A bug in one connection must not end the thread of all; whoever runs the relay logs it.
            _over.TrySetException(exception);
            end = RelayEnd.NotReached;
        }

        if (end is { } reason)
        {
            End(reason, reset: reason is not (RelayEnd.ClientClosed or RelayEnd.PodClosed));
        }
    }

    /// <inheritdoc/>
    protected override void Close(bool reset)
    {
        _client.Close(reset);
        _pod.Close(reset);
        _up.Release();
        _down.Release();
        if (_dialError == SocketError.Success)
        {
            _over.TrySetResult();
        }
        else
        {
            _over.TrySetException(new SocketException((int)_dialError));
        }
    }

    /// <inheritdoc/>
    protected override int CountUnconfirmed() => Descriptor.CountUnconfirmed(_client.Socket) + Descriptor.CountUnconfirmed(_pod.Socket);

    /// <inheritdoc/>
    protected override RelayEnd? FindUnseenEnd()
    {
        // Only now: what a connection that is over within half a second does not need would take it eight calls. The client's has
        // the pace of its listener until then.
        if (_isConnected && !_isChecked)
        {
            _isChecked = true;
            Descriptor.KeepChecking(_client.Socket);
            Descriptor.KeepChecking(_pod.Socket);
        }

        if (_reached is null || _isConnected || Silence < PodDial.Timeout)
        {
            return null;
        }

        _dialError = SocketError.TimedOut;
        return RelayEnd.NotReached;
    }

    // The pod has accepted, or refused.
    private RelayEnd? Begin()
    {
        _dialError = _pod.HasFailed ? Descriptor.TakeError(_pod.Socket) : SocketError.Success;
        if (_dialError != SocketError.Success)
        {
            return RelayEnd.NotReached;
        }

        // Not before: its loop would wake for what cannot go on yet, and wait for the lock that whoever dials still holds.
        _client.Watch(_pod.Loop!);
        _isConnected = true;
        _reached!();
        return Announcement() is not { } header ? RelayEnd.ClientReset
            : header.Length > 0 && Descriptor.Send(_pod.Socket, header) != header.Length ? RelayEnd.PodReset
            : GoOn(_client);
    }

    // Moves what there is, both ways. Says why it must end then, if it must. What comes from the side of which something was heard
    // is first: the other direction may use up the turn of both, and has one of its own.
    private RelayEnd? GoOn(RelaySide side)
    {
        var now = Clock.GetTimestamp();
        return (side == _client ? MoveUp(now) ?? MoveDown(now) : MoveDown(now) ?? MoveUp(now)) ?? EndOfBoth();
    }

    private RelayEnd? MoveUp(long now) => EndOf(_up.Move(now), RelayEnd.ClientReset, RelayEnd.PodReset);

    private RelayEnd? MoveDown(long now) => EndOf(_down.Move(now), RelayEnd.PodReset, RelayEnd.ClientReset);

    private static RelayEnd? EndOf(FlowResult result, RelayEnd sourceGone, RelayEnd destinationGone) => result switch
    {
        FlowResult.SourceGone => sourceGone,
        FlowResult.DestinationGone => destinationGone,
        _ => null,
    };

    private RelayEnd? EndOfBoth()
    {
        if (_up.HasEnded && _down.HasEnded)
        {
            return _podEndedFirst ? RelayEnd.PodClosed : RelayEnd.ClientClosed;
        }

        _podEndedFirst = _down.HasEnded;
        return _client.HasFailed && _up.IsUnread ? RelayEnd.ClientReset
            : _pod.HasFailed && _down.IsUnread ? RelayEnd.PodReset
            : null;
    }
}
