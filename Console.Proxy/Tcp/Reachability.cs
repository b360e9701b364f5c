using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Proxy.Tcp;

/// <summary>Whether the service behind a port takes connections. That it does not is told once until it does: clients try again and again.</summary>
internal sealed partial class Reachability(PodId podId, PortKey port, ILogger logger)
{
    private Action? _reached;
    private bool _isUnreachable;

    /// <summary>To be called when a connection was taken.</summary>
    public Action Reached => _reached ??= NoteReached;

    /// <summary>Notes that a connection was not taken.</summary>
    public void NoteNotReached(IPEndPoint target, SocketError error)
    {
        if (_isUnreachable)
        {
            LogDialFailed(podId, port, error);
            return;
        }

        _isUnreachable = true;
        LogUnreachable(podId, port, target, PodDial.Explain(error));
    }

    private void NoteReached()
    {
        if (_isUnreachable)
        {
            _isUnreachable = false;
            LogReachable(podId, port);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId}: a connection to {Port} was reset, because at {Target} {Explanation}")]
    private partial void LogUnreachable(PodId podId, PortKey port, IPEndPoint target, string explanation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId}: {Port} takes connections again")]
    private partial void LogReachable(PodId podId, PortKey port);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {PodId}: {Port} did not take a connection: {Error}")]
    private partial void LogDialFailed(PodId podId, PortKey port, SocketError error);
}
