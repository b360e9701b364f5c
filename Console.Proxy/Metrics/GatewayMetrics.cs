using PodConsole.Domain.Ports;
using PodConsole.Proxy.Publishing;
using PodConsole.Proxy.Tls;
using Prometheus;

namespace PodConsole.Proxy.Metrics;

/// <summary>
/// What the gateway does, for Prometheus. Everything is read when somebody asks, from what is counted anyway: requests pay
/// nothing for it.
/// </summary>
public sealed class GatewayMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    internal GatewayMetrics(CertificateStore certificates, PortPublisher publisher)
    {
        DotNetStats.Register(_registry);
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        var expiry = factory.CreateGauge(
            "podconsole_certificate_expiry_timestamp_seconds", "When a served certificate ends, in seconds since 1970.", "names");
        var ports = factory.CreateGauge("podconsole_ports", "Exposed ports.", "protocol", "state");
        var connections = factory.CreateGauge("podconsole_connections", "HTTP requests in flight, WebSockets included, and open TCP connections.", "protocol");
        var problems = factory.CreateGauge("podconsole_certificate_problems", "Configured certificate files that cannot be used.");
        _registry.AddBeforeCollectCallback(() =>
        {
            Certificates(certificates, expiry);
            problems.Set(certificates.Problems.Count);
            Ports(publisher, ports, connections);
        });
    }

    /// <summary>The content type of <see cref="WriteAsync"/>.</summary>
    public static string ContentType => "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes the present values in Prometheus' text format.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken) => _registry.CollectAndExportAsTextAsync(output, cancellationToken);

    private static void Certificates(CertificateStore certificates, Gauge expiry)
    {
        foreach (var labels in expiry.GetAllLabelValues())
        {
            expiry.RemoveLabelled(labels);
        }

        foreach (var certificate in certificates.Certificates)
        {
            expiry.WithLabels(string.Join(',', certificate.Names)).Set(new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds());
        }
    }

    private static void Ports(PortPublisher publisher, Gauge ports, Gauge connections)
    {
        var exposures = publisher.Exposures;
        foreach (var protocol in Enum.GetValues<PortProtocol>())
        {
            var name = protocol == PortProtocol.Http ? "http" : "tcp";
            var all = exposures.SelectMany(exposure => exposure.Ports.Where(port => port.Key.Protocol == protocol).Select(port => (exposure.PodId, port))).ToList();
            foreach (var state in Enum.GetValues<PortState>())
            {
                ports.WithLabels(name, $"{state}".ToLowerInvariant()).Set(all.Count(item => item.port.State == state));
            }

            connections.WithLabels(name).Set(all.Sum(item => publisher.CountConnections(item.PodId, item.port.Key)));
        }
    }
}
