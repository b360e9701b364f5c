using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PodConsole.Proxy.Http.Exchanges;

namespace PodConsole.Proxy.Http.WebSockets;

/// <summary>
/// One WebSocket from the request that asks for it to its end. It ends a silent one, and one whose route goes, with status
/// 1001 to both sides; <see cref="Aborted"/> fires when that does not end it within <see cref="CloseTime"/>, and at once while the
/// pod has taken no WebSocket: it may answer otherwise, and go on for long.
/// </summary>
internal sealed class WebSocketSession : IHttpUpgradeFeature, IHttpExtendedConnectFeature, IDisposable
{
    /// <summary>What both sides have to end after a close.</summary>
    public static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1.5);

    private const int PingsPerSilence = 3;

    /// <summary>How soon a changed time-out acts on a WebSocket that is open.</summary>
    private static readonly TimeSpan LongestWatch = TimeSpan.FromSeconds(5);

    private readonly IHttpUpgradeFeature? _upgrade;
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly HttpRoute _route;
    private readonly Exchange _exchange;
    private readonly CancellationTokenSource _aborted = new();
    private readonly Lock _lock = new();
    private CancellationTokenRegistration _whenClosing;
    private CancellationTokenRegistration _whenAborted;
    private ITimer? _timer;
    private WebSocketTap? _tap;
    private bool _closed;
    private bool _ended;

    private WebSocketSession(
        HttpContext context, HttpRoute route, Exchange exchange, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    {
        (_route, _exchange, _upgrade, _connect) = (route, exchange, upgrade, connect);
        if (connect is null)
        {
            context.Features.Set<IHttpUpgradeFeature>(this);
        }
        else
        {
            context.Features.Set<IHttpExtendedConnectFeature>(this);
        }

        _timer = TimeProvider.System.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        WatchAfter(route.Rules.Silence);
        _whenAborted = route.Aborted.UnsafeRegister(static session => ((WebSocketSession)session!).End(), this);
        _whenClosing = route.Leaving.UnsafeRegister(static session => ((WebSocketSession)session!).Close(), this);
    }

    /// <summary>Fires when it must end at once.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Whether the pod was silent before it took the WebSocket.</summary>
    public bool TimedOut { get; private set; }

    /// <summary>Time since a byte came from either side; null until the pod took it.</summary>
    public TimeSpan? Silence => _tap?.Silence;

    /// <summary>Bytes that went to the pod, frames and all.</summary>
    public long BytesUp => _tap?.BytesUp ?? 0;

    /// <summary>Bytes that came from the pod, frames and all.</summary>
    public long BytesDown => _tap?.BytesDown ?? 0;

    /// <summary>Whether it was silent for too long.</summary>
    public bool WasSilent { get; private set; }

    bool IHttpUpgradeFeature.IsUpgradableRequest => _upgrade!.IsUpgradableRequest;

    bool IHttpExtendedConnectFeature.IsExtendedConnect => true;

    string? IHttpExtendedConnectFeature.Protocol => _connect!.Protocol;

    /// <summary>Watches over a request that asks for a WebSocket; null when it asks for none.</summary>
    public static WebSocketSession? TryBegin(HttpContext context, HttpRoute route, Exchange exchange) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" } connect
            ? new(context, route, exchange, null, connect)
        : "websocket".Equals(context.Request.Headers.Upgrade, StringComparison.OrdinalIgnoreCase)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade ? new(context, route, exchange, upgrade, null)
        : null;

    async Task<Stream> IHttpUpgradeFeature.UpgradeAsync() => Attach(await _upgrade!.UpgradeAsync());

    async ValueTask<Stream> IHttpExtendedConnectFeature.AcceptAsync() => Attach(await _connect!.AcceptAsync());

    /// <summary>Ends it now, whether it was taken or not.</summary>
    public void End()
    {
        lock (_lock)
        {
            CloseHere();
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        // Outside the lock: it waits for a callback that runs, which may wait for the lock.
        _whenClosing.Dispose();
        _whenAborted.Dispose();
        lock (_lock)
        {
            _ended = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private WebSocketTap Attach(Stream client)
    {
        lock (_lock)
        {
            _tap = new WebSocketTap(client, Aborted);
            if (_route.Leaving.IsCancellationRequested)
            {
                CloseHere();
            }
            else
            {
                WatchAfter(Interval);
            }

            return _tap;
        }
    }

    private TimeSpan Interval => _route.Rules.Options.KeepWebSocketsOpen ? _route.Rules.Silence / PingsPerSilence : _route.Rules.Silence;

    private void WatchAfter(TimeSpan due) => _timer?.Change(due < LongestWatch ? due : LongestWatch, Timeout.InfiniteTimeSpan);

    // Runs when it may have been silent for long enough, and sets itself for the next time that may be. The rules are read
    // each time: an edit changes them under an open WebSocket.
    private void Watch()
    {
        lock (_lock)
        {
            if (_ended || _closed)
            {
                return;
            }

            var limit = _route.Rules.Silence;
            var silence = _exchange.Idle;
            if (silence >= limit - Tolerance)
            {
                (WasSilent, TimedOut) = (true, _tap is null);
                CloseHere();
                return;
            }

            if (_tap is null)
            {
                WatchAfter(limit - silence);
            }
            else if (silence >= Interval - Tolerance)
            {
                _tap.Ping();
                WatchAfter(Interval);
            }
            else
            {
                WatchAfter(Interval - silence);
            }
        }
    }

    // What a timer may be early by, against a clock that ticks every few milliseconds.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    private void Close()
    {
        lock (_lock)
        {
            // Before it is taken, it is a request like any other and has the drain time.
            if (_tap is not null)
            {
                CloseHere();
            }
        }
    }

    private void CloseHere()
    {
        if (_closed || _ended)
        {
            return;
        }

        _closed = true;
        if (_tap is null)
        {
            _ = _aborted.CancelAsync();
        }
        else
        {
            _tap.Leave();
            _aborted.CancelAfter(CloseTime);
        }
    }
}
