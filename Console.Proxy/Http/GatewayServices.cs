using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Limits;
using PodConsole.Proxy.Http.Transport;
using PodConsole.Proxy.Tls;

namespace PodConsole.Proxy.Http;

/// <summary>Adds the HTTPS gateway to an application.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Adds the listeners, their certificates and the way to the pods. The gateway is at the very front of the request
    /// pipeline, before anything else that the application adds: only requests for the console's own host go on to it.
    /// </summary>
    public static IServiceCollection AddPodGateway(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpForwarder();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<PodForwarder>();
        services.TryAddSingleton<ClosedConnections>();
        services.AddDataProtection();
        services.AddSingleton<Tickets>().AddSingleton<AccessGate>().AddSingleton<VisitPages>();
        services.AddSingleton<TcpMemory>().AddSingleton<SlowClients>();
        services.AddSingleton(provider => new PodVisits(
            provider.GetRequiredService<RouteTable>(),
            provider.GetRequiredService<Tickets>(),
            provider.GetRequiredService<IOptions<GatewaySettings>>(),
            provider.GetRequiredService<IOptions<ConsoleSettings>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStartupFilter, GatewayAtTheFront>();
        services.AddSingleton<CertificateStore>();
        services.AddHostedService<CertificateWatcher>();
        services.AddSingleton<ListenerSockets>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, GatewayListeners>();
        if (EventLoop.IsSupported)
        {
            services.AddSingleton<IConnectionListenerFactory, LoopTransport>();
        }

        services.AddOptions<SocketTransportOptions>().Configure<ListenerSockets>((options, sockets) => options.CreateBoundListenSocket = sockets.Bind);

        services.AddLogging(logging => logging

            // The forwarder logs every address with its query, which may hold tokens.
            .AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error)

            // While this may log anything at all, the host makes an activity and a log scope for each request.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None));

        // Requests in flight get their drain time when the console stops.
        services.AddOptions<HostOptions>().Configure<IOptions<GatewaySettings>>((host, gateway) =>
        {
            var drained = gateway.Value.DrainTimeout + TimeSpan.FromSeconds(2);
            host.ShutdownTimeout = host.ShutdownTimeout > drained ? host.ShutdownTimeout : drained;
        });
        return services;
    }

    // An application adds routing and authentication by itself ahead of its own pipeline; only a filter comes before those.
    private sealed class GatewayAtTheFront(RouteTable routes, IHostApplicationLifetime lifetime) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            lifetime.ApplicationStopping.Register(routes.Drain);
            app.UseMiddleware<PodProxyMiddleware>();
            next(app);
        };
    }
}
