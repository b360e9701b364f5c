using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http;

/// <summary>How forwarding ended, as far as the caller may still answer.</summary>
internal enum ForwardResult
{
    /// <summary>The pod's answer went to the client, whole or visibly cut.</summary>
    Done,

    /// <summary>Nothing in the pod listens on the port.</summary>
    NobodyListens,

    /// <summary>A process outside the pod listens on the port.</summary>
    HeldByOther,

    /// <summary>The connection was refused, or not answered in time.</summary>
    NoAnswer,

    /// <summary>What came back is not HTTP.</summary>
    NotHttp,

    /// <summary>The connection ended before an answer came.</summary>
    Cut,

    /// <summary>The connection ended while the request's body was being sent.</summary>
    BodyNotTaken,

    /// <summary>Nothing was heard for as long as silence is allowed.</summary>
    Silent,

    /// <summary>The port was removed, or the pod moved, and the drain time is over.</summary>
    Withdrawn,

    /// <summary>The client's request was broken or broke off.</summary>
    BadRequest,
}

/// <summary>
/// The one place that talks HTTP to pods: sends a request to a route and streams the answer back. Whatever replaces it
/// keeps the contract of <see cref="SendAsync"/>.
/// </summary>
internal sealed class PodForwarder(IHttpForwarder forwarder, IOptions<GatewaySettings> settings)
{
    private readonly PodTransformer _transformer = new(settings.Value.ProxyDomain);

    private readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = settings.Value.ResponseTimeout,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>
    /// Forwards a request. When the result is not <see cref="ForwardResult.Done"/> the response has not started, and the
    /// caller answers; a response that has started is cut instead. The caller has entered the route.
    /// </summary>
    public async ValueTask<ForwardResult> SendAsync(HttpContext context, HttpRoute route)
    {
        var upstream = route.Upstream!;
        var client = context.Request.Headers.Expect.Count == 0 ? upstream.Client : upstream.UnpooledClient;
        var error = await forwarder.SendAsync(context, route.Destination, client, _config, _transformer, route.Aborted);
        return error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested
            ? ForwardResult.Done
            : Explain(error, context.Features.Get<IForwarderErrorFeature>()?.Exception, route);
    }

    private static ForwardResult Explain(ForwarderError error, Exception? exception, HttpRoute route) => error switch
    {
        _ when route.Aborted.IsCancellationRequested => ForwardResult.Withdrawn,
        _ when Find<DialException>(exception) is { } dial => dial.Problem switch
        {
            DialProblem.NobodyListens => ForwardResult.NobodyListens,
            DialProblem.HeldByOther => ForwardResult.HeldByOther,
            _ => ForwardResult.NoAnswer,
        },
        ForwarderError.RequestTimedOut => ForwardResult.Silent,
        ForwarderError.RequestBodyDestination => ForwardResult.BodyNotTaken,
        ForwarderError.RequestBodyClient => ForwardResult.BadRequest,
        _ when Find<HttpRequestException>(exception) is { HttpRequestError: HttpRequestError.InvalidResponse } => ForwardResult.NotHttp,
        _ => ForwardResult.Cut,
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
