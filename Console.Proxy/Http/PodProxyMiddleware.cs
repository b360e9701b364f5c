using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Limits;
using PodConsole.Proxy.Http.Transport;

namespace PodConsole.Proxy.Http;

/// <summary>
/// The fork at the very front, chosen by <c>Host</c>: pods are forwarded here, the console's own host goes on to the
/// console, and any other host gets a fixed answer.
/// </summary>
internal sealed partial class PodProxyMiddleware
{
    private readonly RequestDelegate _next;
    private readonly RouteTable _routes;
    private readonly PodForwarder _forwarder;
    private readonly AccessGate _gate;
    private readonly VisitPages _visits;
    private readonly SlowClients _slow;
    private readonly ILogger<PodProxyMiddleware> _logger;
    private readonly string _proxyDomain;
    private readonly Uri _publicUrl;
    private readonly string[] _consoleHosts;

    public PodProxyMiddleware(
        RequestDelegate next,
        RouteTable routes,
        PodForwarder forwarder,
        AccessGate gate,
        VisitPages visits,
        SlowClients slow,
        IOptions<GatewaySettings> gateway,
        IOptions<ConsoleSettings> console,
        ILogger<PodProxyMiddleware> logger)
    {
        _next = next;
        _routes = routes;
        _forwarder = forwarder;
        _gate = gate;
        _visits = visits;
        _slow = slow;
        _logger = logger;
        _proxyDomain = gateway.Value.ProxyDomain;
        _publicUrl = new Uri(console.Value.PublicUrl);
        _consoleHosts = HostsOf(_publicUrl);
    }

    public Task InvokeAsync(HttpContext context)
    {
        AwaitedBody.Watch(context);

        // Before any answer: only a refusal ends the connection, on which a load balancer may send somebody else's request next.
        if (RequestRules.Refuse(context) is { } refusal)
        {
            return GatewayAnswerWriter.WriteAsync(context, refusal);
        }

        var host = PodHost.WithoutPort(context.Request.Host.Value);
        var isPod = PodHost.TryParse(host, _proxyDomain, out var pod);
        if (!isPod && !IsConsole(host))
        {
            var isOurs = host.Equals(_proxyDomain, StringComparison.OrdinalIgnoreCase) || PodHost.IsBelow(host, _proxyDomain);
            return GatewayAnswerWriter.WriteAsync(context, isOurs ? GatewayAnswer.UnknownAddress : GatewayAnswer.NotOurHost);
        }

        if (!context.Request.IsHttps)
        {
            RedirectToHttps(context, host);
            return Task.CompletedTask;
        }

        if (!isPod)
        {
            return GoOnAsync(context);
        }

        return VisitPages.Own(context.Request.Path)
            ? _visits.AnswerAsync(context, pod.PodId.ToString(), pod.Port)
            : ServeAsync(context, pod.PodId, pod.Port);
    }

    private async Task GoOnAsync(HttpContext context)
    {
        _slow.WatchOwnBody(context);
        await PathScheduling.LeaveAsync(context);
        await _next(context);
    }

    private Task ServeAsync(HttpContext context, ReadOnlySpan<char> podId, int port, HttpRoute? retired = null) =>
        !_routes.TryFind(podId, out var pod) || pod.Find(port) is not { } route ? RefuseUnknownAsync(context, podId.ToString(), port)
        : route == retired ? GatewayAnswerWriter.WriteAsync(context, route.IsDraining ? GatewayAnswer.Draining : GatewayAnswer.Stopping)
        : route.Rules.Access is { IsOpen: true } access ? EnterAsync(context, pod, route, access.Anyone)
        : AdmitAsync(context, pod, route);

    private async Task RefuseUnknownAsync(HttpContext context, string podId, int port)
    {
        await PathScheduling.LeaveAsync(context);
        _gate.Pretend(context.Request, podId, port);
        await GatewayAnswerWriter.WriteAsync(context, GatewayAnswer.UnknownAddress);
    }

    private async Task AdmitAsync(HttpContext context, PodRoutes pod, HttpRoute route)
    {
        await PathScheduling.LeaveAsync(context);
        await (await _gate.AdmitAsync(context, pod, route) is { } admission
            ? EnterAsync(context, pod, route, admission)
            : GatewayAnswerWriter.WriteAsync(context, GatewayAnswer.UnknownAddress));
    }

    private Task EnterAsync(HttpContext context, PodRoutes pod, HttpRoute route, Admission admission)
    {
        if (route.Upstream is null)
        {
            return GatewayAnswerWriter.WriteAsync(context, WithoutAddress(pod.Status));
        }

        // A route that an edit retired meanwhile is no longer the one that is found, and its successor has rules of its own.
        if (!route.TryEnter())
        {
            return ServeAsync(context, pod.PodId.Value, route.Port, retired: route);
        }

        if (route.Rules.Access == admission.Rules)
        {
            return ForwardAsync(context, pod, route, admission);
        }

        // An edit changed who may come in.
        route.Exit();
        return ServeAsync(context, pod.PodId.Value, route.Port);
    }

    private static GatewayAnswer WithoutAddress(PodStatus status) =>
        status is PodStatus.Provisioning or PodStatus.Starting or PodStatus.Running ? GatewayAnswer.Starting : GatewayAnswer.NotRunning;

    private static string[] HostsOf(Uri publicUrl)
    {
        var isLoopback = publicUrl.IsLoopback || publicUrl.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return isLoopback ? [publicUrl.Host, "localhost", "127.0.0.1", "[::1]"] : [publicUrl.Host];
    }

    private bool IsConsole(ReadOnlySpan<char> host)
    {
        foreach (var name in _consoleHosts)
        {
            if (host.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private void RedirectToHttps(HttpContext context, ReadOnlySpan<char> host)
    {
        var port = _publicUrl.IsDefaultPort ? "" : $":{_publicUrl.Port}";
        var target = $"{context.Request.PathBase.ToUriComponent()}{context.Request.Path.ToUriComponent()}{context.Request.QueryString.ToUriComponent()}";
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"https://{host}{port}{target}";
    }

    private async Task ForwardAsync(HttpContext context, PodRoutes pod, HttpRoute route, Admission admission)
    {
        try
        {
            var rules = route.Rules;
            using var lease = rules.Limits?.TryEnter(context.Connection.RemoteIpAddress);
            if (rules.Limits is not null && lease is null)
            {
                await GatewayAnswerWriter.WriteAsync(context, GatewayAnswer.TooManyRequests);
                return;
            }

            LiftLimits(context.Features);
            _slow.WatchBody(context);
            if (rules.Options.MaxBodyBytes is { } maxBody)
            {
                if (context.Request.ContentLength > maxBody)
                {
                    await GatewayAnswerWriter.WriteAsync(context, GatewayAnswer.BodyTooLarge);
                    return;
                }

                context.Request.Body = new LimitedBody(context.Request.Body, maxBody);
            }

            var (result, evidence) = await _forwarder.SendAsync(context, route, admission);
            if (result != ForwardResult.Done)
            {
                LogNotForwarded(context.TraceIdentifier, pod.PodId, route.Port, result);
                await GatewayAnswerWriter.WriteAsync(context, GatewayAnswer.For(result, pod.Runtime.Capabilities) with { Evidence = evidence });
            }
        }
        finally
        {
            route.Exit();
        }
    }

    // The console's own limit is not the pods': bodies have no size limit but the port's.
    private static void LiftLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request {RequestId} to port {Port} of pod {PodId}: {Result}.")]
    private partial void LogNotForwarded(string requestId, PodId podId, int port, ForwardResult result);
}
