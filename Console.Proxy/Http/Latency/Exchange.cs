using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http.Latency;

/// <summary>One request on its way to a pod and back: takes the time until the answer's first byte.</summary>
internal sealed class Exchange : HttpTransformer
{
    // Sending a large body is not waiting. A small one is sent at once.
    private const int SmallBody = 64 << 10;

    private readonly HttpTransformer _transformer;
    private readonly HttpRoute _route;
    private readonly long _began = Stopwatch.GetTimestamp();
    private bool _waits;

    public Exchange(HttpTransformer transformer, HttpRoute route, HttpRequest request)
    {
        (_transformer, _route) = (transformer, route);
        _waits = request.ContentLength is null or <= SmallBody && request.Headers.TransferEncoding.Count == 0;
        if (_waits)
        {
            route.Latency.Add(this);
        }
    }

    /// <summary>Time since the request came.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    /// <summary>Neighbours in <see cref="RouteLatency"/>'s list, which alone touches them.</summary>
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
        if (!_waits)
        {
            return;
        }

        _waits = false;
        var waited = Elapsed;
        _route.Latency.Remove(this, counts ? waited : null);
        if (counts)
        {
            SlowWarning.Note(_route, waited);
        }
    }
}
