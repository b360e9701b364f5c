using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.ProxyProtocol;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>
/// One client's connection and the pod's, bytes passed on untouched both ways. An end in one direction is passed on as such
/// and the other direction goes on; a reset on one side resets the other.
/// </summary>
internal abstract class TcpRelay
{
    // Before the end of the silence that is allowed, the kernel is asked for so long whether bytes still arrive.
    private static readonly TimeSpan Watch = RelayRules.HalfClosedSilence;

    private readonly IPEndPoint? _server;
    private readonly RelayRules _rules;
    private long _lastProgress;
    private int _unconfirmed;

    private protected TcpRelay(AcceptedClient client, RelayRules rules, TimeProvider clock)
    {
        (_rules, Clock) = (rules, clock);
        Client = client.Address;
        _server = rules.ProxyProtocol == ProxyProtocolVersion.None ? null : client.FindServer();
        Started = clock.GetUtcNow().UtcDateTime;
    }

    /// <summary>Names it.</summary>
    public long Id { get; } = ConnectionIds.Next();

    /// <summary>Where the client comes from; null when it was gone too soon to tell.</summary>
    public IPEndPoint? Client { get; }

    /// <summary>When it was accepted, UTC.</summary>
    public DateTime Started { get; }

    /// <summary>From the client to the pod.</summary>
    public abstract RelayFlow Up { get; }

    /// <summary>From the pod to the client.</summary>
    public abstract RelayFlow Down { get; }

    /// <summary>How long nothing was passed on, either way.</summary>
    public TimeSpan Silence => Clock.GetElapsedTime(Math.Max(Math.Max(Up.LastActivity, Down.LastActivity), _lastProgress));

    /// <summary>Why it ended; null while it is open.</summary>
    public RelayEnd? Ended { get; private set; }

    /// <summary>Held by whoever uses the sockets in a way that their closing must not cross.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>The clock.</summary>
    protected TimeProvider Clock { get; }

    /// <summary>Dials the pod and relays until both directions have ended. Throws <see cref="SocketException"/> when the dial fails.</summary>
    /// <param name="target">The pod's service.</param>
    /// <param name="reached">Called when it has accepted; must not block.</param>
    public abstract Task RunAsync(IPEndPoint target, Action reached);

    /// <summary>Cuts both sides now, with a reset; it does nothing to a relay that has ended.</summary>
    public void End(RelayEnd reason) => End(reason, reset: true);

    /// <summary>
    /// Why it must end now, if it must: it was silent for too long, or a side has gone that nobody reads from. Called twice a
    /// second, by one caller at a time.
    /// </summary>
    public RelayEnd? FindReasonToEnd()
    {
        lock (Gate)
        {
            if (Ended is not null)
            {
                return null;
            }

            var isHalfClosed = Up.HasEnded || Down.HasEnded;
            return !IsSilent(_rules.Silence(isHalfClosed)) ? FindUnseenEnd()
                : isHalfClosed ? RelayEnd.HalfClosedTimeout
                : RelayEnd.IdleTimeout;
        }
    }

    /// <summary>Ends it, in order or with a reset; it does nothing to a relay that has ended.</summary>
    protected void End(RelayEnd reason, bool reset)
    {
        lock (Gate)
        {
            if (Ended is not null)
            {
                return;
            }

            Ended = reason;
        }

        Close(reset);
    }

    /// <summary>Closes both sockets. Called once.</summary>
    protected abstract void Close(bool reset);

    /// <summary>Bytes on their way from here that have not arrived yet. Called within <see cref="Gate"/>.</summary>
    protected abstract int CountUnconfirmed();

    /// <summary>Whether it must end for something that nobody is told of. Called within <see cref="Gate"/>.</summary>
    protected abstract RelayEnd? FindUnseenEnd();

    /// <summary>What the pod must be told before the client's first byte; empty for nothing, null when it cannot be told.</summary>
    protected byte[]? Announcement() => (_rules.ProxyProtocol, Client, _server) switch
    {
        (ProxyProtocolVersion.None, _, _) => [],
        (_, null, _) or (_, _, null) => null,
        (ProxyProtocolVersion.V1, { } client, { } server) => ProxyHeader.WriteVersion1(client, server),
        (_, { } client, { } server) => ProxyHeader.WriteVersion2(client, server),
    };

    // The system's buffers hold megabytes: to somebody behind a slow line they last for longer than a connection may be
    // silent. What still arrives of them is no silence; that something is left which does not arrive is.
    private bool IsSilent(TimeSpan? allowed)
    {
        if (allowed - Silence is not { } left || left > Watch)
        {
            _unconfirmed = 0;
            return false;
        }

        var before = _unconfirmed;
        _unconfirmed = CountUnconfirmed();
        if (_unconfirmed < before)
        {
            _lastProgress = Clock.GetTimestamp();
            return false;
        }

        return left <= TimeSpan.Zero;
    }
}
