using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Connections;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Proxy.Http.WebSockets;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http;

/// <summary>
/// The one place that talks HTTP to pods: sends a request to a route and streams the answer back. Whatever replaces it
/// keeps the contract of <see cref="SendAsync"/>.
/// </summary>
internal sealed class PodForwarder(IHttpForwarder forwarder, ClosedConnections closed)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ClockError = TimeSpan.FromMilliseconds(50);

    private readonly PodTransformer _transformer = new();

    /// <summary>
    /// Forwards a request. When the outcome is not <see cref="ForwardResult.Done"/> the response has not started, and the
    /// caller answers; a response that has started is cut instead. The caller has entered the route.
    /// </summary>
    public async ValueTask<ForwardOutcome> SendAsync(HttpContext context, HttpRoute route, Admission admission)
    {
        HeaderRules.DropSpdy(context.Request.Headers);
        var upstream = route.Upstream!;
        var rules = route.Rules;
        var client = context.Request.Headers.Expect.Count == 0 ? upstream.Client : upstream.UnpooledClient;
        var exchange = new Exchange(_transformer, route, context, admission);
        using var socket = WebSocketSession.TryBegin(context, route, exchange);
        exchange.Socket = socket;
        try
        {
            var error = await forwarder.SendAsync(
                context, route.Destination, client, socket is null ? rules.Forwarding : rules.WebSockets, exchange, socket?.Aborted ?? route.Aborted);
            Remember(exchange, context, route, error);
            if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                return new(ForwardResult.Done);
            }

            var result = socket is { TimedOut: true } ? ForwardResult.Silent : Explain(error, context.Features.Get<IForwarderErrorFeature>()?.Exception, exchange, route);
            exchange.StopWaiting(counts: result == ForwardResult.Silent);
            return new(result, result == ForwardResult.Silent ? new(exchange.Waited, rules.Silence, route.Latency.Measure()) : null);
        }
        finally
        {
            exchange.Finish();
        }
    }

    // Requests by the thousand would only drive out those that people look for.
    private void Remember(Exchange exchange, HttpContext context, HttpRoute route, ForwarderError error)
    {
        // First of all: the limit may be as short as what is not remembered.
        if (exchange.Socket is { WasSilent: true, TimedOut: false } && !route.Rules.Options.KeepWebSocketsOpen)
        {
            SlowWarning.NoteEnd(route, SilentKind.WebSocket);
        }
        else if (exchange.Socket is null && context.Response.HasStarted && !route.Aborted.IsCancellationRequested && IsSilence(error, exchange, route))
        {
            SlowWarning.NoteEnd(route, SilentKind.Stream);
        }

        if (exchange.Elapsed < Remembered && exchange is { Socket: null, EndedFor: null })
        {
            return;
        }

        var reason = exchange.EndedFor is { } why ? why
            : exchange.Socket is { WasSilent: true } ? CloseReason.Timeout
            : route.Aborted.IsCancellationRequested || (exchange.Socket is not null && route.Leaving.IsCancellationRequested)
                ? route.IsStopped ? CloseReason.Stopped : CloseReason.PortRemoved
            : IsSilence(error, exchange, route) ? CloseReason.Timeout
            : error == ForwarderError.ResponseBodyDestination ? CloseReason.Pod
            : context.RequestAborted.IsCancellationRequested ? CloseReason.Client
            : error == ForwarderError.None ? CloseReason.Finished
            : CloseReason.Pod;
        closed.Add(new(exchange.View(route.Upstream!.PodId), DateTime.UtcNow, reason));
    }

    // How a cut answer ended, or a body that was not taken (destination or canceled, whatever is noticed first), is told as anything
    // between a broken pod and a client that left: only the silence is sure.
    private static bool IsSilence(ForwarderError error, Exchange exchange, HttpRoute route) =>
        error == ForwarderError.RequestTimedOut
        || (error != ForwarderError.None && exchange.Idle >= route.Rules.Silence - ClockError);

    private static ForwardResult Explain(ForwarderError error, Exception? exception, Exchange exchange, HttpRoute route) => error switch
    {
        _ when route.Aborted.IsCancellationRequested => ForwardResult.Withdrawn,
        _ when Find<DialException>(exception) is { } dial => dial.Problem switch
        {
            DialProblem.NobodyListens => ForwardResult.NobodyListens,
            DialProblem.HeldByOther => ForwardResult.HeldByOther,
            _ => ForwardResult.NoAnswer,
        },
        _ when Find<NoWebSocketException>(exception) is not null => ForwardResult.NoWebSocket,
        _ when Find<BadHttpRequestException>(exception) is { StatusCode: StatusCodes.Status413PayloadTooLarge } => ForwardResult.BodyTooLarge,
        _ when Find<BadHttpRequestException>(exception) is { StatusCode: StatusCodes.Status408RequestTimeout } => ForwardResult.BodyTooSlow,
        ForwarderError.RequestBodyClient => ForwardResult.BadRequest,
        _ when IsSilence(error, exchange, route) => ForwardResult.Silent,
        ForwarderError.RequestBodyDestination => ForwardResult.BodyNotTaken,
        _ => Find<HttpRequestException>(exception)?.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError when route.Rules.Options.Http2 => ForwardResult.NotHttp2OverTls,
            HttpRequestError.SecureConnectionError => ForwardResult.NotTls,
            HttpRequestError.VersionNegotiationError => ForwardResult.NotHttp2,
            HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse when route.Rules.Options.Http2 => ForwardResult.NotHttp2,
            HttpRequestError.InvalidResponse => ForwardResult.NotHttp,
            _ => ForwardResult.Cut,
        },
    };

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}

/// <summary>How forwarding ended, and what a time-out can show for itself.</summary>
internal readonly record struct ForwardOutcome(ForwardResult Result, SilenceEvidence? Evidence = null);
