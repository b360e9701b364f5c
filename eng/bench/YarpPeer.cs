using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Transport;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Bench;

/// <summary>What YARP does by itself: the gateway's peers and, for its own work per request, its floor.</summary>
internal static class YarpPeer
{
    /// <summary>YARP as its guide sets it up: one route and one cluster, given as configuration.</summary>
    public static async Task RunConfiguredAsync(int port, string host, string destination, X509Certificate2 certificate)
    {
        var builder = NewBuilder(port, certificate);
        builder.Services.AddRoutingCore();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "pod", ClusterId = "pod", Match = new() { Hosts = [host], Path = "/{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "pod",
                    Destinations = new Dictionary<string, DestinationConfig> { ["pod"] = new() { Address = destination } },
                },
            ]);
        var app = builder.Build();
        app.UseRouting();
        app.MapReverseProxy();
        await app.RunAsync();
    }

    /// <summary>The forwarder alone behind a dictionary of hosts, with the headers that every peer adds.</summary>
    public static async Task RunForwarderAsync(int port, string host, string destination, X509Certificate2 certificate)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
        });
        await RunAsync(NewBuilder(port, certificate), host, destination, client);
    }

    /// <summary>
    /// The same on the gateway's own event loops and over its own connections to a pod: what the gateway takes beyond this is its
    /// own work for each request.
    /// </summary>
    public static async Task RunOnLoopsAsync(int port, string host, IPEndPoint service, X509Certificate2 certificate)
    {
        var builder = NewBuilder(port, certificate, static listen => listen.Use(static next => connection =>
        {
            PathScheduling.Begins(connection);
            return GatheredWriter.InvokeAsync(connection, next);
        }));
        builder.Services.AddSingleton<ListenerSockets>().AddSingleton<IConnectionListenerFactory, LoopTransport>();
        var upstream = new PodUpstream(PodId.New(), service.Address, new BenchRuntime(service.Address));
        await RunAsync(builder, host, upstream.DestinationOf(service.Port, tls: false), upstream.Client);
    }

    private static async Task RunAsync(
        WebApplicationBuilder builder, string host, string destination, HttpMessageInvoker client)
    {
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var hosts = new ConcurrentDictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [host] = destination };
        var config = new ForwarderRequestConfig
        {
            ActivityTimeout = TimeSpan.FromSeconds(100),
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var transformer = new ForwardedHeaders();
        app.Run(async context =>
        {
            if (hosts.TryGetValue(context.Request.Host.Value!, out var prefix))
            {
                await forwarder.SendAsync(context, prefix, client, config, transformer);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        });
        await app.RunAsync();
    }

    private static WebApplicationBuilder NewBuilder(int port, X509Certificate2 certificate, Action<ListenOptions>? connections = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 256;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ListenLocalhost(port, listen =>
            {
                listen.UseHttps(certificate);
                connections?.Invoke(listen);
            });
        });
        return builder;
    }

    private sealed class ForwardedHeaders : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var request = httpContext.Request;
            proxyRequest.Headers.Host = request.Host.Value;
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", httpContext.Connection.RemoteIpAddress!.ToString());
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", request.Scheme);
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", request.Host.Value);
        }
    }
}
