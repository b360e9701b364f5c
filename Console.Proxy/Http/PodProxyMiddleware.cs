using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;

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
    private readonly GatewayAnswerWriter _answers;
    private readonly ILogger<PodProxyMiddleware> _logger;
    private readonly string _proxyDomain;
    private readonly Uri _publicUrl;
    private readonly string[] _consoleHosts;

    public PodProxyMiddleware(
        RequestDelegate next,
        RouteTable routes,
        PodForwarder forwarder,
        GatewayAnswerWriter answers,
        IOptions<GatewaySettings> gateway,
        IOptions<ConsoleSettings> console,
        ILogger<PodProxyMiddleware> logger)
    {
        _next = next;
        _routes = routes;
        _forwarder = forwarder;
        _answers = answers;
        _logger = logger;
        _proxyDomain = gateway.Value.ProxyDomain;
        _publicUrl = new Uri(console.Value.PublicUrl);
        _consoleHosts = HostsOf(_publicUrl);
    }

    public Task InvokeAsync(HttpContext context)
    {
        var host = PodHost.WithoutPort(context.Request.Host.Value);
        var isPod = PodHost.TryParse(host, _proxyDomain, out var pod);
        if (!isPod && !IsConsole(host))
        {
            var isOurs = host.Equals(_proxyDomain, StringComparison.OrdinalIgnoreCase) || PodHost.IsBelow(host, _proxyDomain);
            return _answers.WriteAsync(context, isOurs ? GatewayAnswer.UnknownAddress : GatewayAnswer.NotOurHost);
        }

        if (!context.Request.IsHttps)
        {
            RedirectToHttps(context, host);
            return Task.CompletedTask;
        }

        if (!isPod)
        {
            return _next(context);
        }

        if (Refuse(context) is { } refusal)
        {
            return _answers.WriteAsync(context, refusal);
        }

        // The loop ends: a route that was retired by an edit is no longer the one that is found.
        HttpRoute? retired = null;
        while (_routes.TryFind(pod.PodId, out var routes) && routes.Find(pod.Port) is { } route)
        {
            if (route.Upstream is null)
            {
                return _answers.WriteAsync(context, WithoutAddress(routes.Status));
            }

            if (route.TryEnter())
            {
                return ForwardAsync(context, routes, route);
            }

            if (route == retired)
            {
                return _answers.WriteAsync(context, GatewayAnswer.Stopping);
            }

            retired = route;
        }

        return _answers.WriteAsync(context, GatewayAnswer.UnknownAddress);
    }

    private static GatewayAnswer WithoutAddress(PodStatus status) =>
        status is PodStatus.Provisioning or PodStatus.Starting or PodStatus.Running ? GatewayAnswer.Starting : GatewayAnswer.NotRunning;

    private static GatewayAnswer? Refuse(HttpContext context)
    {
        var features = context.Features;
        if (HttpMethods.IsConnect(context.Request.Method)
            && features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: "websocket" })
        {
            return GatewayAnswer.ConnectRefused;
        }

        var target = features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        return target.ContainsAnyExceptInRange('!', '~') ? GatewayAnswer.BadRequest : null;
    }

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

    private async Task ForwardAsync(HttpContext context, PodRoutes pod, HttpRoute route)
    {
        try
        {
            LiftLimits(context.Features);
            var result = await _forwarder.SendAsync(context, route);
            if (result != ForwardResult.Done)
            {
                LogNotForwarded(context.TraceIdentifier, pod.PodId, route.Port, result);
                await _answers.WriteAsync(context, GatewayAnswer.For(result, pod.Runtime.Capabilities));
            }
        }
        finally
        {
            route.Exit();
        }
    }

    // The console's own limits are not the pods': bodies have no size limit, and a slow one is bounded by silence alone.
    private static void LiftLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request {RequestId} to port {Port} of pod {PodId}: {Result}.")]
    private partial void LogNotForwarded(string requestId, PodId podId, int port, ForwardResult result);
}
