using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http.Transport;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// Ends clients that hold a connection by sending, or taking, next to nothing. What counts is the client's own pace: time in
/// which the service does not read, or has nothing to say, is not held against it.
/// </summary>
internal sealed partial class SlowClients(
    IOptions<GatewaySettings> settings, TcpMemory memory, TimeProvider clock, ILogger<SlowClients> logger)
{
    // Who takes nothing makes the pod's own socket fill as well, with megabytes when it is on this machine.
    private const int HasteWhenScarce = 4;

    private readonly int _rate = settings.Value.MinClientRate;
    private readonly TimeSpan _patience = settings.Value.SlowClientTimeout;

    /// <summary>Ends a connection whose client does not take what is sent to it (Linux only), sooner while <see cref="TcpMemory"/> is scarce.</summary>
    public void WatchReading(ConnectionContext connection)
    {
        if (_rate > 0 && connection.Features.Get<ReadingPace>() is { } pace)
        {
            connection.Features.GetRequiredFeature<IConnectionHeartbeatFeature>().OnHeartbeat(
                _ =>
                {
                    if (pace.IsBelow(_rate, memory.IsScarce ? _patience / HasteWhenScarce : _patience))
                    {
                        LogSlow(connection.ConnectionId);
                        connection.Abort(new ConnectionAbortedException("The client takes too little of what it asked for."));
                    }
                },
                connection);
        }
    }

    /// <summary>
    /// Ends a request over HTTP/1.1 whose body does not come. A body without a length is a stream, which may say something now
    /// and then. Over HTTP/2 the server could only end the whole connection, with what other pods have on it.
    /// </summary>
    public void WatchBody(HttpContext context)
    {
        if (_rate > 0 && context.Request.ContentLength > 0 && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            LimitRate(context);
        }
    }

    /// <summary>
    /// Ends the body of a request for the console itself when it does not come. The console reads no streams, and no silence limit
    /// ends what it waits for; so a length, or the lack of one, and the version of HTTP make no difference.
    /// </summary>
    public void WatchOwnBody(HttpContext context)
    {
        if (_rate == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return;
        }

        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Request.Body = new TimedBody(context.Request.Body, _rate, _patience, clock);
        }
        else
        {
            LimitRate(context);
        }
    }

    private void LimitRate(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = new(_rate, _patience);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {ConnectionId} is ended: its client takes too little of what is sent.")]
    private partial void LogSlow(string connectionId);
}
