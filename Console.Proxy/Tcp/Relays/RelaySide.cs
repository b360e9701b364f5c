using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>One of the two sockets of a <see cref="LoopRelay"/>, and what is known of it.</summary>
internal sealed class RelaySide(LoopRelay relay) : ILoopHandler
{
    private long _number;

    /// <summary>The loop that tells of it; null for none yet.</summary>
    public EventLoop? Loop { get; private set; }

    /// <summary>Its descriptor; -1 for none.</summary>
    public int Socket { get; set; } = -1;

    /// <summary>Whether reading is worth a try.</summary>
    public bool IsReadable { get; set; }

    /// <summary>Whether there may be an urgent byte: then reading less than asked for does not mean that all is read.</summary>
    public bool HasUrgent { get; set; }

    /// <summary>Whether writing is worth a try.</summary>
    public bool IsWritable { get; set; } = true;

    /// <summary>Whether the other side sends nothing more: what is left to read ends with the end.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>Whether all that it sent was read and passed on, and its end too.</summary>
    public bool HasSentAll { get; set; }

    /// <summary>Whether the connection is broken.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Lets a loop tell of it from now on.</summary>
    public void Watch(EventLoop loop)
    {
        Loop = loop;
        _number = loop.Watch(this, Socket);
    }

    /// <inheritdoc/>
    public void Happened(SocketEvents events) => relay.Happened(this, events);

    /// <summary>Takes note of what happened.</summary>
    public void Note(SocketEvents events)
    {
        HasFailed |= (events & SocketEvents.Failed) != 0;
        HasFinished |= (events & (SocketEvents.PeerFinished | SocketEvents.HungUp | SocketEvents.Failed)) != 0;
        IsReadable |= HasFinished || (events & SocketEvents.Readable) != 0;
        HasUrgent |= (events & SocketEvents.Urgent) != 0;
        IsWritable |= (events & (SocketEvents.Writable | SocketEvents.HungUp | SocketEvents.Failed)) != 0;
    }

    /// <summary>Closes it.</summary>
    public void Close(bool reset)
    {
        Loop?.Forget(_number);
        if (Socket < 0)
        {
            return;
        }

        if (reset)
        {
            Descriptor.Reset(Socket);
        }
        else
        {
            Descriptor.Close(Socket);
        }
    }
}
