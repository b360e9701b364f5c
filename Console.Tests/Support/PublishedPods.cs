using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Publishing;

namespace PodConsole.Tests.Support;

/// <summary>The real domain with the real publisher, its route table and its TCP listeners; pods are the test's own services.</summary>
internal sealed class PublishedPods : IAsyncDisposable
{
    private PublishedPods(TestDomain domain, IPAddress address) => (Domain, Address) = (domain, address);

    public TestDomain Domain { get; }

    /// <summary>The one public address.</summary>
    public IPAddress Address { get; }

    public PortPublisher Publisher => Domain.Get<PortPublisher>();

    public static async Task<PublishedPods> StartAsync(
        TimeSpan? drain = null, TimeProvider? clock = null, Action<IServiceCollection>? services = null, Action<GatewaySettings>? settings = null)
    {
        var address = TcpGateway.NewAddress();
        var domain = await TestDomain.CreateAsync(
            gateway =>
            {
                gateway.PublicAddresses.Add(new() { Address = $"{address}", Cloud = CloudType.Secure });
                gateway.DrainTimeout = drain ?? TimeSpan.Zero;
                settings?.Invoke(gateway);
            },
            collection =>
            {
                collection.AddPortPublishing().AddSingleton(clock ?? TimeProvider.System);
                services?.Invoke(collection);
            });
        await domain.StartAsync();
        return new(domain, address);
    }

    /// <summary>Whether the gateway knows an HTTP port.</summary>
    public bool IsRouted(PodId podId, int port) => Route(podId, port) is not null;

    /// <summary>Whether anyone at all may reach an HTTP port of a pod.</summary>
    public bool IsOpen(PodId podId) => Domain.Get<RouteTable>().TryFind(podId.Value, out var routes)
        && routes.Routes.Any(route => route.Upstream is not null && route.Rules.Access.IsOpen);

    /// <summary>The route of an HTTP port.</summary>
    public HttpRoute? Route(PodId podId, int port) => Domain.Get<RouteTable>().Find(podId, port);

    /// <summary>Publishes every pod, as the console does at its start.</summary>
    public async Task PublishAllAsync()
    {
        var startup = Domain.Services.GetServices<IHostedService>().OfType<StartupPublisher>().Single();
        await startup.StartAsync(TestContext.Current.CancellationToken);
        await startup.StartedAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets the safety net look once a minute, of a time of its own, until something holds.</summary>
    public async Task PassMinutesUntilAsync(Func<bool> condition, string what)
    {
        var clock = new FakeTimeProvider();
        using var net = new StartupPublisher(
            Domain.Get<IDbContextFactory<ConsoleDbContext>>(), Publisher, clock, NullLogger<StartupPublisher>.Instance);
        await net.StartAsync(TestContext.Current.CancellationToken);
        // As StartedAsync does, which however would look at once.
        Publisher.KeepsMappings = false;
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return condition();
            },
            what);
        await net.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Replaces a pod's ports.</summary>
    public async Task<Exposure> EditAsync(Pod pod, string http, string tcp)
    {
        var result = await Domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse(http, tcp, 64).Ports }, TestContext.Current.CancellationToken);
        return Assert.IsType<PodResult.Saved>(result).Exposure;
    }

    /// <summary>Waits until the report on a port is like this; a pod that starts waits too, so its reason may have to begin like that.</summary>
    public async Task<ExposedPort> WaitForAsync(PodId podId, int number, PortState state, string reason = "")
    {
        ExposedPort? port = null;
        await Eventually.TrueAsync(
            () => (port = Find(podId, number))?.State == state && port.Reason.StartsWith(reason, StringComparison.Ordinal),
            $"port {number} is {state}");
        return port!;
    }

    public ExposedPort? Find(PodId podId, int number) => Publisher.Find(podId).Ports.FirstOrDefault(port => port.Key.Number == number);

    /// <summary>Connects to a port's external address.</summary>
    public static Task<Socket> ConnectAsync(ExposedPort port) => TcpGateway.ConnectAsync(EndPointOf(port));

    /// <summary>A port's external address.</summary>
    public static IPEndPoint EndPointOf(ExposedPort port) => new(IPAddress.Parse(port.External!.Address), port.External.Port);

    /// <summary>Changes rows behind the console's back.</summary>
    public async Task CorruptAsync(FormattableString sql)
    {
        await using var db = await Domain.OpenDatabaseAsync();
        await db.Database.ExecuteSqlAsync(sql, TestContext.Current.CancellationToken);
    }

    /// <summary>Stops this console and makes the next one on the same data, which has published nothing yet.</summary>
    public async Task RestartConsoleAsync()
    {
        await StopAsync();
        await Domain.RestartConsoleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Domain.DisposeAsync();
    }

    private async Task StopAsync()
    {
        foreach (var service in Domain.Services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }
}
