using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Networks;

namespace PodConsole.Proxy.Tcp;

/// <summary>One open TCP port under one lease. It accepts until it is closed, and knows its connections.</summary>
internal sealed partial class PortListener(PodId podId, WantedPort port, IPodRuntime runtime, TimeProvider clock, ILogger logger)
    : IDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan OutOfDescriptors = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<TcpRelay, Task> _relays = new();
    private volatile NetworkRules _networks = NetworkRules.Of(port.Options);
    private volatile bool _closed;
    private Socket? _socket;

    /// <summary>What the port is called in its pod.</summary>
    public PortKey Key => port.Key;

    /// <summary>Where new connections go; null resets them.</summary>
    public IPEndPoint? Target { get; private set; } = port.Target;

    /// <summary>Why it is not open; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The epoch of its lease.</summary>
    public long Epoch => port.Epoch;

    /// <summary>Whether it is not open because another program listens there.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Connections open now.</summary>
    public int Connections => _relays.Count;

    /// <summary>Whether this listener is the one for that port: the same address under the same lease.</summary>
    public bool Serves(WantedPort wanted) =>
        wanted.Key == port.Key && wanted.Bind.Equals(port.Bind) && wanted.Epoch == port.Epoch;

    /// <summary>Takes on what can change while a listener is open. Connections from networks that are shut out now are reset.</summary>
    public void Adopt(WantedPort wanted)
    {
        Target = wanted.Target;
        _networks = NetworkRules.Of(wanted.Options);
        foreach (var relay in _relays.Keys.Where(relay => !_networks.Admit(relay.ClientAddress)))
        {
            relay.Dispose();
        }
    }

    /// <summary>Binds, unless it is bound; on failure <see cref="Problem"/> says why.</summary>
    public void TryOpen()
    {
        if (_socket is not null)
        {
            return;
        }

        var socket = new Socket(port.Bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Without SO_REUSEPORT, which would let another process of the same user join a tenant's port.
            socket.Bind(port.Bind);
            socket.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            if (Problem is null)
            {
                LogNotOpened(podId, port.Key, port.Bind, exception.SocketErrorCode);
            }

            Problem = Explain(exception);
            IsTaken = exception.SocketErrorCode == SocketError.AddressAlreadyInUse;
            return;
        }

        (Problem, IsTaken) = (null, false);
        _socket = socket;
        LogOpened(podId, port.Key, port.Bind);
        _ = AcceptAsync(socket);
    }

    /// <summary>Stops accepting at once, waits for open connections, then resets what is left.</summary>
    public async Task CloseAsync(TimeSpan drain)
    {
        _closed = true;
        if (_socket is null)
        {
            return;
        }

        Dispose();
        LogClosed(podId, port.Key, port.Bind, _relays.Count);
        var drained = Task.WhenAll(_relays.Values);
        await Task.WhenAny(drained, Task.Delay(drain, clock));
        foreach (var relay in _relays.Keys)
        {
            relay.Dispose();
        }

        await drained;
    }

    /// <summary>Stops accepting.</summary>
    public void Dispose() => _socket?.Dispose();

    private async Task AcceptAsync(Socket socket)
    {
        while (!_closed)
        {
            try
            {
                Serve(await socket.AcceptAsync());
            }
            catch (SocketException) when (_closed)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                // A client that gave up before it was accepted, or no descriptor left: the next accept would fail at once too.
                LogNotAccepted(port.Key, exception.SocketErrorCode);
                await Task.Delay(OutOfDescriptors, clock);
            }
        }
    }

    private void Serve(Socket client)
    {
        var relay = new TcpRelay(client, clock);
        var started = new TaskCompletionSource();
        _relays[relay] = started.Task;
        _ = ServeAsync(relay, started);
    }

    private async Task ServeAsync(TcpRelay relay, TaskCompletionSource ended)
    {
        try
        {
            // Read once: a publish may move it at any moment, and what is dialled must be what was checked.
            var target = Target;
            if (FindObstacle(relay.ClientAddress, target) is { } obstacle)
            {
                LogNotDialled(podId, port.Key, obstacle);
                return;
            }

            await relay.RunAsync(target!);
        }
        catch (SocketException exception)
        {
            LogDialFailed(podId, port.Key, exception.SocketErrorCode);
        }
        catch (Exception exception)
        {
            // Nobody waits for this task: a bug would go unseen.
            LogFault(exception, podId, port.Key);
        }
        finally
        {
            relay.Dispose();
            _relays.TryRemove(relay, out _);
            ended.SetResult();
        }
    }

    // The lease may have ended, and the pod may have gone, between the accept and this moment.
    private string? FindObstacle(IPAddress? client, IPEndPoint? target)
    {
        if (_closed)
        {
            return "the lease ended";
        }

        if (!_networks.Admit(client))
        {
            return "the client's network is shut out";
        }

        if (target is null)
        {
            return "the pod is not running";
        }

        var holder = runtime.FindPortHolder(podId, target.Address, target.Port);
        return holder.Kind switch
        {
            PortHolderKind.Pod => null,
            PortHolderKind.Nobody => "nothing listens",
            _ => "another process listens",
        };
    }

    private string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Another program on this machine already listens on {port.Bind}. Stop it, or reset the pod to get another port.",
        SocketError.AddressNotAvailable =>
            $"This machine has no address {port.Bind.Address}. An administrator can correct Gateway:PublicAddresses.",
        SocketError.AccessDenied => $"The console may not listen on {port.Bind}.",
        _ => $"{port.Bind} could not be opened: {exception.Message}.",
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId}: {Port} is open at {Address}")]
    private partial void LogOpened(PodId podId, PortKey port, IPEndPoint address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: {Port} could not be opened at {Address}: {Error}")]
    private partial void LogNotOpened(PodId podId, PortKey port, IPEndPoint address, SocketError error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId}: {Port} at {Address} is closed; {Connections} connections are drained")]
    private partial void LogClosed(PodId podId, PortKey port, IPEndPoint address, int connections);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {PodId}: a connection to {Port} was reset: {Reason}")]
    private partial void LogNotDialled(PodId podId, PortKey port, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {PodId}: {Port} did not take a connection: {Error}")]
    private partial void LogDialFailed(PodId podId, PortKey port, SocketError error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: a connection to {Port} ended by a fault")]
    private partial void LogFault(Exception exception, PodId podId, PortKey port);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A connection to {Port} could not be accepted: {Error}")]
    private partial void LogNotAccepted(PortKey port, SocketError error);
}
