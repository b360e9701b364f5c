using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http.Limits;
using PodConsole.Proxy.Http.Transport;
using PodConsole.Proxy.ProxyProtocol;
using PodConsole.Proxy.Tls;

namespace PodConsole.Proxy.Http;

/// <summary>The listeners of the gateway and what Kestrel allows on them, all in one place.</summary>
internal sealed class GatewayListeners(
    IOptions<GatewaySettings> settings,
    ListenerSockets sockets,
    CertificateStore certificates,
    SlowClients slow,
    TimeProvider clock,
    ILogger<ProxyProtocolMiddleware> logger)
    : IConfigureOptions<KestrelServerOptions>
{
    // Browsers share one connection between all pods of a wildcard certificate, and streams stay open for long.
    private const int StreamsPerConnection = 250;

    public void Configure(KestrelServerOptions options)
    {
        var gateway = settings.Value;
        options.AddServerHeader = false;

        // A line that ends with LF alone is one line to some programs and two to others. Read by every listener of the process.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        // Header bytes pass through as they are, whatever encoding a service chose. But for the length, which the server reads
        // with blanks, control characters and signs around it when it has an encoding.
        options.RequestHeaderEncodingSelector = static name => name == HeaderNames.ContentLength ? null : Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;

        // Above what HeaderRules lets through to pods, so that the answer to too much is one that explains itself.
        options.Limits.MaxRequestHeadersTotalSize = options.Limits.Http2.MaxRequestHeaderFieldSize = 64 << 10;
        options.Limits.MaxRequestHeaderCount = 200;

        // The handshake has 10 s of its own. SlowClients sets rates where they concern one request alone.
        options.Limits.RequestHeadersTimeout = gateway.SlowClientTimeout;
        options.Limits.MinRequestBodyDataRate = options.Limits.MinResponseDataRate = null;

        // WebSockets count among the open requests of their port and client, which have limits of their own.
        options.Limits.MaxConcurrentUpgradedConnections = null;

        Listen(options, gateway.BindAddress, gateway.HttpsPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(next => connection =>
            {
                slow.WatchReading(connection);
                return next(connection);
            });
            if (NetworkList.Parse(gateway.ProxyProtocolFrom) is { Count: > 0 } trusted)
            {
                var proxyProtocol = new ProxyProtocolMiddleware(trusted, clock, logger);
                listen.Use(next => connection => proxyProtocol.InvokeAsync(connection, next));
            }

            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = context => new(certificates.Select(context.ClientHelloInfo.ServerName)),
            });
            listen.Use(next => connection =>
            {
                PathScheduling.Begins(connection);
                return next(connection);
            });
            listen.Use(next => connection => GatheredWriter.InvokeAsync(connection, next));
        });
        Listen(options, gateway.BindAddress, gateway.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private void Listen(KestrelServerOptions options, string bindAddress, int port, Action<ListenOptions> configure)
    {
        if (bindAddress.Length > 0)
        {
            options.Listen(IPAddress.Parse(bindAddress), port, configure);
            return;
        }

        var hasIPv6 = ListenerSockets.HasIPv6Loopback();
        var chosen = port == 0 && hasIPv6 ? sockets.ChooseForBoth() : port;
        options.Listen(IPAddress.Loopback, chosen, configure);
        if (hasIPv6)
        {
            options.Listen(IPAddress.IPv6Loopback, chosen, configure);
        }
    }
}
