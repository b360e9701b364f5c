using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Networks;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Tcp;

/// <summary>The connections of one TCP port under one lease: who is let in, where they go, and how they end.</summary>
internal sealed partial class PortConnections(
    PodId podId,
    WantedPort port,
    IPodRuntime runtime,
    GatewaySettings settings,
    RelayFactory relays,
    ClosedConnections closed,
    TimeProvider clock,
    ILogger logger)
{
    private const string ShutOut = "the client's network is shut out";
    private static readonly Task<PortHolder> NoHolder = Task.FromResult(new PortHolder(PortHolderKind.Nobody));

    private readonly OpenRelays _open = new();
    private readonly Reachability _service = new(podId, port.Key, logger);
    private volatile Terms _terms = new(port, settings);
    private volatile bool _isClosed;
    private long _refused;

    /// <summary>How many are open now.</summary>
    public int Count => _open.Count;

    /// <summary>How many were refused because of a limit.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Those that are open now.</summary>
    public TcpRelay[] Open => _open.ToArray();

    /// <summary>Takes on what can change while a port is open. Connections from networks that are shut out now are reset; others go on as they began.</summary>
    public void Adopt(WantedPort wanted)
    {
        if (Equals(_terms.Target, wanted.Target) && _terms.Options == wanted.Options)
        {
            return;
        }

        var terms = new Terms(wanted, settings);
        _terms = terms;
        if (terms.Networks != NetworkRules.All)
        {
            _open.End(relay => terms.Networks.Admit(relay.Client?.Address) ? null : RelayEnd.NetworkShutOut);
        }
    }

    /// <summary>Serves connections that were just accepted until they end. On an event loop it does not block.</summary>
    public void Serve(List<AcceptedClient> clients)
    {
        // Read once: a publish may change them at any moment, and what is dialled must be what was checked.
        var terms = _terms;
        List<TcpRelay> entered = new(clients.Count);
        foreach (var client in clients)
        {
            var relay = relays.New(client, terms.Rules, clock);

            // First: they can come as often as they like, and must neither take places nor have the system asked.
            if (!terms.Networks.Admit(relay.Client?.Address))
            {
                DoNotDial(relay, ShutOut);
            }
            else if (_open.TryEnter(relay, terms.Options.MaxConnections, terms.Options.MaxConnectionsPerClient))
            {
                entered.Add(relay);
            }
            else
            {
                Refuse(relay);
            }
        }

        // Asked once for all of them, now that each is there, and not remembered.
        var holder = entered.Count > 0 && terms.Target is { } target ? FindHolderAsync(target) : NoHolder;
        foreach (var relay in entered)
        {
            _ = ServeAsync(relay, terms, holder);
        }
    }

    /// <summary>Resets those that were silent for too long, or whose end nobody else would see. Called twice a second.</summary>
    public void Check()
    {
        if (_open.Count > 0)
        {
            _open.End(static relay => relay.FindReasonToEnd());
        }
    }

    /// <summary>Takes no more, waits for those that are open, then resets what is left.</summary>
    public async Task DrainAsync(TimeSpan drain, RelayEnd reason)
    {
        _isClosed = true;
        var ended = _open.Close();
        if (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(drain, clock));
        }

        _open.End(_ => reason);
        await ended;
    }

    private void Refuse(TcpRelay relay)
    {
        if (_isClosed)
        {
            relay.End(RelayEnd.PortRemoved);
            return;
        }

        Interlocked.Increment(ref _refused);
        relay.End(RelayEnd.LimitReached);
        LogNotDialled(podId, port.Key, "the port has as many as it may");
    }

    private void DoNotDial(TcpRelay relay, string reason)
    {
        relay.End(RelayEnd.NotDialled);
        LogNotDialled(podId, port.Key, reason);
    }

    // Completes at once where the kernel's answer is enough. Reading who holds a socket takes longer than a loop may wait.
    private async Task<PortHolder> FindHolderAsync(IPEndPoint target)
    {
        if (EventLoop.IsCurrent)
        {
            if (runtime.FindKnownPortHolder(podId, target.Address, target.Port) is { } known)
            {
                return known;
            }

            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        return runtime.FindPortHolder(podId, target.Address, target.Port);
    }

    private async Task ServeAsync(TcpRelay relay, Terms terms, Task<PortHolder> holder)
    {
        try
        {
            if (FindObstacle(relay, terms, await holder) is { } obstacle)
            {
                DoNotDial(relay, obstacle);
                return;
            }

            await relay.RunAsync(terms.Target!, _service.Reached);
        }
        catch (SocketException exception)
        {
            // Otherwise it was ended while it was dialled.
            if (relay.Ended is null or RelayEnd.NotReached)
            {
                _service.NoteNotReached(terms.Target!, exception.SocketErrorCode);
            }
        }
        catch (Exception exception)
        {
            // Nobody waits for this task: a bug would go unseen.
            LogFault(exception, podId, port.Key);
        }
        finally
        {
            relay.End(RelayEnd.NotReached);
            _open.Leave(relay);
            if (RelayView.ReasonOf(relay.Ended!.Value) is { } reason)
            {
                closed.Add(new(RelayView.Of(relay, podId, port.Key), clock.GetUtcNow().UtcDateTime, reason));
            }
        }
    }

    // The lease may have ended, and the pod may have gone, between the accept and this moment.
    private string? FindObstacle(TcpRelay relay, Terms terms, PortHolder holder)
    {
        if (_isClosed)
        {
            return "the lease ended";
        }

        // By the newest terms: the connection may have been taken in just after a publish had looked through all of them.
        if (!_terms.Networks.Admit(relay.Client?.Address))
        {
            return ShutOut;
        }

        if (terms.Target is null)
        {
            return "the pod is not running";
        }

        return holder.Kind switch
        {
            PortHolderKind.Pod => null,
            PortHolderKind.Nobody => "nothing listens",
            _ => "another process listens",
        };
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {PodId}: a connection to {Port} was reset: {Reason}")]
    private partial void LogNotDialled(PodId podId, PortKey port, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: a connection to {Port} ended by a fault")]
    private partial void LogFault(Exception exception, PodId podId, PortKey port);

    // What new connections begin with; replaced as a whole.
    private sealed class Terms(WantedPort port, GatewaySettings settings)
    {
        public IPEndPoint? Target { get; } = port.Target;

        public PortOptions Options { get; } = port.Options;

        public NetworkRules Networks { get; } = NetworkRules.Of(port.Options);

        public RelayRules Rules { get; } = RelayRules.Of(port.Options, settings);
    }
}
