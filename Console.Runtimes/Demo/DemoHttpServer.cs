using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PodConsole.Runtimes.Demo;

/// <summary>The demo's web server on one port. Each port has its own, so that one can be closed while the others serve.</summary>
internal sealed class DemoHttpServer(DemoWorkload workload) : IAsyncDisposable
{
    // Within the two seconds that the whole demo takes to end.
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(1);

    private WebApplication? _app;

    /// <summary>Listens; false when the address cannot be bound.</summary>
    public async Task<bool> TryStartAsync(IPEndPoint endpoint)
    {
        // Without the usual sources: variables of the pod must not configure the server.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(endpoint);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.Use(LogAsync);
        app.UseWebSockets();
        app.UseRouting();
        new DemoEndpoints(workload, app.Lifetime.ApplicationStopping).Map(app);
        try
        {
            await app.StartAsync();
        }
        catch (IOException exception)
        {
            DemoWorkload.Log($"HTTP port {endpoint.Port} cannot be opened: {exception.Message}");
            await app.DisposeAsync();
            return false;
        }

        DemoWorkload.Log($"HTTP on {endpoint}.");
        _app = app;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            using var deadline = new CancellationTokenSource(StopDeadline);
            await _app.StopAsync(deadline.Token);
            await _app.DisposeAsync();
        }
    }

    private static async Task LogAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            DemoWorkload.Log($"{context.Request.Method} {context.Request.Path} {context.Response.StatusCode}");
        }
    }
}
