using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Proxy.EventLoops;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Transport;

public sealed class PathSchedulingTests
{
    [Fact]
    public async Task Request_ForTheConsoleAfterOneForAPod_RunsInThePoolAlsoAfterItWaited()
    {
        Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");
        var seen = new List<bool>();
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync("pod"));
        await using var gateway = await GatewayHost.StartAsync(services: services =>
            services.AddSingleton<IStartupFilter>(new Watch(async context =>
            {
                seen.Add(EventLoop.IsCurrent);
                await context.Request.Body.ReadExactlyAsync(new byte[5], context.RequestAborted);
                seen.Add(EventLoop.IsCurrent);
                await context.Response.WriteAsync("console");
            })));
        var pod = gateway.Expose(service.Port);
        await using var connection = await gateway.ConnectAsync("localhost");

        for (var round = 0; round < 3; round++)
        {
            await AskAsync(connection, $"GET / HTTP/1.1\r\nHost: {pod}-{service.Port}.proxy.localhost\r\n\r\n", "pod");
            await connection.WriteAsync(
                Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => seen.Count == (round * 2) + 1, "the console has the request");
            await AskAsync(connection, "12345", "console");
        }

        Assert.DoesNotContain(true, seen);
    }

    private static async Task AskAsync(Stream connection, string request, string answer)
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains(answer, StringComparison.Ordinal) || !text.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await connection.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            text += Encoding.ASCII.GetString(buffer, 0, count);
        }

        Assert.StartsWith($"HTTP/1.1 {(int)HttpStatusCode.OK}", text, StringComparison.Ordinal);
    }

    private sealed class Watch(RequestDelegate console) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app => app.Run(console);
    }
}
