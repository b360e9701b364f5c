using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Support;

/// <summary>
/// A real gateway on ports of its own, with the local CA, whose console answers "console". Its clients check the
/// certificate against that CA.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempDirectory _data;
    private readonly X509Certificate2 _authority;

    private GatewayHost(WebApplication app, TempDirectory data)
    {
        _app = app;
        _data = data;
        CertificatePath = data.File("certificates/pod-console-ca.crt");
        _authority = X509CertificateLoader.LoadCertificateFromFile(CertificatePath);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        HttpsPort = addresses.Select(address => new Uri(address)).First(address => address.Scheme == "https").Port;
        HttpPort = addresses.Select(address => new Uri(address)).First(address => address.Scheme == "http").Port;
    }

    public int HttpsPort { get; }

    public int HttpPort { get; }

    /// <summary>The account that owns every pod.</summary>
    public const string Owner = "owner";

    /// <summary>The accounts that visit pods.</summary>
    public FakeVisitors Visitors => (FakeVisitors)Services.GetRequiredService<IVisitorDirectory>();

    /// <summary>The CA's certificate file.</summary>
    public string CertificatePath { get; }

    public FakeRuntime Runtime { get; } = new();

    public RouteTable Routes => _app.Services.GetRequiredService<RouteTable>();

    public IServiceProvider Services => _app.Services;

    public static async Task<GatewayHost> StartAsync(Action<GatewaySettings>? configure = null, Action<IServiceCollection>? services = null)
    {
        var data = new TempDirectory();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = data.Path });
        builder.Logging.ClearProviders();
        builder.Services.Configure<ConsoleSettings>(console => console.PublicUrl = "https://localhost:8443");
        builder.Services.AddSingleton(new DataPaths(data.Path));
        builder.Services.Configure<GatewaySettings>(gateway =>
        {
            gateway.HttpsPort = 0;
            gateway.HttpPort = 0;
            gateway.DrainTimeout = TimeSpan.FromMinutes(5);
            configure?.Invoke(gateway);
        });
        builder.Services.AddSingleton<IVisitorDirectory, FakeVisitors>();
        builder.Services.AddPodGateway();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("console"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GatewayHost(app, data);
    }

    /// <summary>Exposes ports of a new running pod that listens on loopback.</summary>
    public PodId Expose(params int[] ports)
    {
        var podId = PodId.New();
        Set(podId, ports);
        return podId;
    }

    /// <summary>Replaces the ports of a running pod.</summary>
    public void Set(PodId podId, params int[] ports) => Serve(podId, [.. ports.Select(WantedRoute.Open)]);

    /// <summary>Replaces the ports of a running pod, with options.</summary>
    public void Serve(PodId podId, params WantedRoute[] routes) => Routes.Set(NewPod(podId, PodStatus.Running, IPAddress.Loopback, routes));

    /// <summary>A pod as the publisher describes it.</summary>
    public WantedPod NewPod(PodId podId, PodStatus status, IPAddress? address, params WantedRoute[] routes) => new()
    {
        Id = podId,
        OwnerId = Owner,
        Status = status,
        Address = address,
        Runtime = Runtime,
        Routes = routes,
    };

    /// <summary>The address of a pod's port at this gateway.</summary>
    public Uri UrlOf(PodId podId, int port, string path = "/") =>
        new(new PodSite("proxy.localhost", HttpsPort).UrlOf(podId, port), path);

    /// <summary>A client of this gateway alone, whatever host name it asks for.</summary>
    public HttpClient NewClient(Version? version = null) => new(NewHandler())
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Eventually.Deadline,
    };

    /// <summary>The handler of <see cref="NewClient"/>.</summary>
    public SocketsHttpHandler NewHandler()
    {
        var handler = LoopbackHandler.Trusting(_authority);
        handler.UseCookies = false;
        return handler;
    }

    /// <summary>A TLS connection of one's own, for bytes that no client would send.</summary>
    public async Task<SslStream> ConnectAsync(string host, SslApplicationProtocol? protocol = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, HttpsPort, TestContext.Current.CancellationToken);
        return await AuthenticateAsync(socket, host, protocol);
    }

    /// <summary>TLS on a socket that is connected.</summary>
    public async Task<SslStream> AuthenticateAsync(Socket socket, string host, SslApplicationProtocol? protocol = null)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = protocol is { } only ? [only] : null,
                CertificateChainPolicy = NewHandler().SslOptions.CertificateChainPolicy,
            },
            TestContext.Current.CancellationToken);
        return stream;
    }

    /// <summary>Stops as the console does on SIGTERM.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Routes.Dispose();
        await _app.DisposeAsync();
        _authority.Dispose();
        _data.Dispose();
    }
}
