using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Metrics;
using PodConsole.Proxy.Tcp;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Proxy.Tls;

namespace PodConsole.Proxy.Publishing;

/// <summary>Adds the publisher and what it publishes to.</summary>
public static class PublishingServices
{
    /// <summary>Adds the publisher, the TCP listeners, and the services that keep both true.</summary>
    public static IServiceCollection AddPortPublishing(this IServiceCollection services)
    {
        services.TryAddSingleton<RouteTable>();
        services.AddSingleton(new RelayFactory(EventLoop.IsSupported));
        services.AddSingleton<TcpListenerPool>().AddHostedService(provider => provider.GetRequiredService<TcpListenerPool>());
        services.TryAddSingleton<ClosedConnections>();
        services.AddSingleton<IConnectionDirectory, ConnectionDirectory>();
        services.AddSingleton<ExposureReport>();
        services.AddSingleton<PortPublisher>().AddSingleton<IPortPublisher>(provider => provider.GetRequiredService<PortPublisher>());
        services.AddSingleton(provider => new GatewayMetrics(
            provider.GetRequiredService<CertificateStore>(), provider.GetRequiredService<PortPublisher>()));
        return services.AddHostedService<StartupPublisher>().AddHostedService<PortProber>();
    }
}
