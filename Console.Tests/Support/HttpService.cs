using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PodConsole.Tests.Support;

/// <summary>A real HTTP service on loopback, in place of one in a pod.</summary>
internal sealed class HttpService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpService(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Port = new Uri(addresses.First()).Port;
    }

    public int Port { get; }

    /// <summary>Starts a service, on 127.0.0.1 and a port of the system's choice unless the test names others.</summary>
    public static async Task<HttpService> StartAsync(RequestDelegate handler, IPAddress? address = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Listen(address ?? IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.UseWebSockets();

        // The server holds connections only while it reads or writes: one whose handler waits for nothing but its end, with
        // more to read than is taken, would be collected, and so reset.
        var open = new ConcurrentDictionary<string, HttpContext>();
        app.Run(async context =>
        {
            var id = context.TraceIdentifier;
            open[id] = context;
            try
            {
                await handler(context);
            }
            finally
            {
                open.TryRemove(id, out _);
            }
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new HttpService(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
