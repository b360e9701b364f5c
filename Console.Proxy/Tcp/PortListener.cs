using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Tcp;

/// <summary>One open TCP port under one lease. It accepts until it is closed, but while it drains.</summary>
internal sealed partial class PortListener(
    PodId podId, WantedPort port, PortConnections connections, bool onLoops, TimeProvider clock, ILogger logger)
    : IDisposable
{
    private const int Backlog = 512;

    // That nothing can be accepted is told once in this time: it is tried again and again, and some are accepted in between.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private volatile bool _closed;
    private volatile Socket? _socket;
    private LoopAcceptor? _acceptor;
    private long _toldOfFailure;

    /// <summary>The pod.</summary>
    public PodId PodId => podId;

    /// <summary>What the port is called in its pod.</summary>
    public PortKey Key => port.Key;

    /// <summary>Why it is not open; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The epoch of its lease.</summary>
    public long Epoch => port.Epoch;

    /// <summary>Whether it is not open because another program, or the console itself, listens there.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Whether it takes no new connections, so that new ones are refused.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Its connections.</summary>
    public PortConnections Connections => connections;

    /// <summary>Whether this listener is the one for that port: the same address under the same lease.</summary>
    public bool Serves(WantedPort wanted) =>
        wanted.Key == port.Key && wanted.Bind.Equals(port.Bind) && wanted.Epoch == port.Epoch;

    /// <summary>
    /// Takes on what can change under the same lease, and accepts unless it drains. When it cannot bind,
    /// <see cref="Problem"/> says why; repeating it tries again.
    /// </summary>
    public void Adopt(WantedPort wanted)
    {
        connections.Adopt(wanted);
        IsDraining = wanted.IsDraining;
        if (IsDraining)
        {
            StopAccepting();
        }
        else
        {
            Open();
        }
    }

    /// <summary>Stops accepting at once, waits for open connections, then resets what is left.</summary>
    public async Task CloseAsync(TimeSpan drain, RelayEnd reason)
    {
        _closed = true;
        if (_socket is not null || connections.Count > 0)
        {
            LogClosed(podId, port.Key, port.Bind, connections.Count);
        }

        // Even when nothing is open: one that was just accepted may be on its way in.
        StopAccepting();
        await connections.DrainAsync(drain, reason);
    }

    /// <summary>Stops accepting.</summary>
    public void Dispose() => StopAccepting();

    private void StopAccepting()
    {
        (Problem, IsTaken) = (null, false);
        var socket = _socket;
        _socket = null;
        socket?.Dispose();
        _acceptor?.End();
        _acceptor = null;
    }

    private void Open()
    {
        if (_closed || _socket is not null)
        {
            return;
        }

        if (port.IsConsoles)
        {
            // Pods are published before the console listens: it would find its own port taken.
            (Problem, IsTaken) = ($"The console itself listens on port {port.Bind.Port}. Reset the pod to get another port.", true);
            return;
        }

        Socket? socket = null;
        try
        {
            socket = new(port.Bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

            // Without SO_REUSEPORT, which would let another process of the same user join a tenant's port.
            socket.Bind(port.Bind);
            if (onLoops)
            {
                // What is accepted inherits them, from the first connection on: no further calls for each.
                RelayOptions.Set(socket);
            }

            socket.Listen(Backlog);
            _acceptor = onLoops ? LoopAcceptor.Begin(socket, connections.Serve, NoteNotAccepted, clock) : null;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
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
        if (!onLoops)
        {
            _ = AcceptAsync(socket);
        }
    }

    private async Task AcceptAsync(Socket socket)
    {
        while (_socket == socket)
        {
            try
            {
                connections.Serve([AcceptedClient.Of(await socket.AcceptAsync())]);
            }
            catch (SocketException) when (_socket != socket)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception)
            {
                // A client that gave up before it was accepted, or no descriptor left: the next accept would fail at once too.
                NoteNotAccepted(exception);
                await Task.Delay(LoopAcceptor.Rest, clock);
            }
        }
    }

    private void NoteNotAccepted(Exception exception)
    {
        if (exception is not SocketException { SocketErrorCode: var error })
        {
            LogFault(exception, podId, port.Key);
            return;
        }

        if (_socket is null)
        {
            // It was closed meanwhile, which the system tells in several ways.
            return;
        }

        var told = Volatile.Read(ref _toldOfFailure);
        if (error == SocketError.ConnectionAborted
            || (told != 0 && clock.GetElapsedTime(told) < Quiet)
            || Interlocked.CompareExchange(ref _toldOfFailure, clock.GetTimestamp(), told) != told)
        {
            LogNotAccepted(port.Key, error);
        }
        else
        {
            LogAcceptsNothing(podId, port.Key, error == SocketError.TooManyOpenSockets ? PodDial.NoDescriptors : $"{error}.");
        }
    }

    private string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Another program on this machine already listens on {port.Bind}. Stop it, or reset the pod to get another port.",
        SocketError.AddressNotAvailable =>
            $"This machine has no address {port.Bind.Address}. An administrator can correct Gateway:PublicAddresses.",
        SocketError.AccessDenied => $"The console may not listen on {port.Bind}.",
        SocketError.TooManyOpenSockets => $"{port.Bind} could not be opened: {PodDial.NoDescriptors}",
        _ => $"{port.Bind} could not be opened: {exception.Message}.",
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId}: {Port} is open at {Address}")]
    private partial void LogOpened(PodId podId, PortKey port, IPEndPoint address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: {Port} could not be opened at {Address}: {Error}")]
    private partial void LogNotOpened(PodId podId, PortKey port, IPEndPoint address, SocketError error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId}: {Port} at {Address} is closed; {Connections} connections are drained")]
    private partial void LogClosed(PodId podId, PortKey port, IPEndPoint address, int connections);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: connections to {Port} could not be accepted: {Explanation}")]
    private partial void LogAcceptsNothing(PodId podId, PortKey port, string explanation);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A connection to {Port} could not be accepted: {Error}")]
    private partial void LogNotAccepted(PortKey port, SocketError error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {PodId}: connections to {Port} ended by a fault")]
    private partial void LogFault(Exception exception, PodId podId, PortKey port);
}
