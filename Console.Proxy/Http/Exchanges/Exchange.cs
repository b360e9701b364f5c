using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Proxy.Http.WebSockets;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http.Exchanges;

/// <summary>One request on its way to a pod and back: takes the time until the answer's first byte, and counts its bytes.</summary>
internal sealed class Exchange : HttpTransformer
{
    // A small body is sent at once, and counted as a whole.
    private const int SmallBody = 64 << 10;

    private readonly HttpTransformer _transformer;
    private readonly HttpRoute _route;
    private readonly IHttpConnectionFeature? _client;
    private readonly IHttpRequestLifetimeFeature? _lifetime;
    private readonly ConnectionKind _kind;
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _id;
    private long _sent;
    private long _lastByte = Environment.TickCount64;
    private long _up;
    private long _down;

    /// <summary>Begins, and is among the route's open ones until <see cref="Finish"/>.</summary>
    public Exchange(HttpTransformer transformer, HttpRoute route, HttpContext context, Admission admission)
    {
        var request = context.Request;
        (_transformer, _route, Admission) = (transformer, route, admission);
        (_client, _lifetime) = (context.Features.Get<IHttpConnectionFeature>(), context.Features.Get<IHttpRequestLifetimeFeature>());
        _kind = HttpProtocol.IsHttp2(request.Protocol) ? ConnectionKind.Http2 : ConnectionKind.Http1;
        var isSmall = request.ContentLength is null or <= SmallBody && request.Headers.TransferEncoding.Count == 0;
        _sent = _began;
        _up = isSmall ? request.ContentLength ?? 0 : 0;
        if (!isSmall || (_kind == ConnectionKind.Http2 && request.ContentLength is null && CanHaveBody(context)))
        {
            request.Body = new CountedStream(request.Body, this, isUp: true);
        }

        route.Open.Add(this);
    }

    /// <summary>The WebSocket that it asks for; null for none, and from an answer on that takes none.</summary>
    public WebSocketSession? Socket { get; set; }

    /// <summary>By which right it came in.</summary>
    public Admission Admission { get; }

    /// <summary>The client's address; null when it is unknown. The request must not have finished.</summary>
    public IPAddress? ClientAddress => _client?.RemoteIpAddress;

    /// <summary>Why it was ended before its time; null when it was not.</summary>
    public CloseReason? EndedFor { get; private set; }

    /// <summary>Whether its service has still to send the first byte of its answer.</summary>
    public bool IsWaiting { get; private set; } = true;

    /// <summary>What is silent while nothing comes.</summary>
    public SilentKind Kind => IsWaiting ? SilentKind.Request : Socket is null ? SilentKind.Stream : SilentKind.WebSocket;

    /// <summary>Time since the request came, or since content of it passed: sending a large body is not waiting.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(Volatile.Read(ref _sent));

    /// <summary>Time since the request came.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    /// <summary>Time since a byte of content, or the beginning of the answer, passed.</summary>
    public TimeSpan Idle => Socket?.Silence ?? TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastByte));

    /// <summary>Neighbours in <see cref="OpenExchanges"/>, which alone touches them.</summary>
    internal Exchange? Previous { get; set; }

    /// <inheritdoc cref="Previous"/>
    internal Exchange? Next { get; set; }

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken) =>
        _transformer.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null)
        {
            StopWaiting(counts: true);
            _lastByte = Environment.TickCount64;
            if (Socket is null && proxyResponse.Content.Headers.ContentLength is { } length and <= SmallBody)
            {
                _down = HttpMethods.IsHead(httpContext.Request.Method) ? 0 : length;
            }
            else if (proxyResponse.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                if (Socket is not null && _kind == ConnectionKind.Http2 && (int)proxyResponse.StatusCode is >= 200 and < 300)
                {
                    // Over HTTP/2 that would say that it is open (RFC 8441, 5.1).
                    throw new NoWebSocketException();
                }

                // The forwarder allows WebSockets, and who asked for one, any silence: their session needs the time of each byte.
                Socket = null;
                proxyResponse.Content = new CountedContent(proxyResponse.Content, this);
            }
        }

        return _transformer.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        _transformer.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);

    /// <summary>Ends the wait, if it has not ended.</summary>
    /// <param name="counts">Whether the service is what was waited for: it answered, or ran out of time.</param>
    public void StopWaiting(bool counts)
    {
        if (!IsWaiting)
        {
            return;
        }

        IsWaiting = false;
        if (counts)
        {
            var waited = Waited;
            _route.Latency.Add(waited);
            SlowWarning.Note(_route, waited);
        }
    }

    /// <summary>Ends it for the gateway; called once.</summary>
    public void Finish()
    {
        StopWaiting(counts: false);
        _route.Open.Remove(this);
    }

    /// <summary>Counts bytes of content as they pass. Each direction has one caller at a time.</summary>
    public void Count(int bytes, bool isUp)
    {
        _lastByte = Environment.TickCount64;
        if (isUp)
        {
            _up += bytes;
            _sent = Stopwatch.GetTimestamp();
        }
        else
        {
            _down += bytes;
        }
    }

    /// <summary>Ends it at once, a WebSocket with status 1001. The request must not have finished.</summary>
    internal void End(CloseReason reason)
    {
        EndedFor = reason;
        if (Socket is { } socket)
        {
            socket.End();
        }
        else
        {
            _lifetime?.Abort();
        }
    }

    /// <summary>As people see it.</summary>
    internal LiveConnection View(PodId podId)
    {
        _id = _id == 0 ? ConnectionIds.Next() : _id;
        return new(
            _id, podId, new(PortProtocol.Http, _route.Port), Socket is null ? _kind : ConnectionKind.WebSocket,
            ClientText.Of(ClientAddress), _client?.RemotePort ?? 0, DateTime.UtcNow - Elapsed, Idle,
            _up + (Socket?.BytesUp ?? 0), _down + (Socket?.BytesDown ?? 0));
    }

    private static bool CanHaveBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
}
