using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;

namespace PodConsole.Bench;

/// <summary>
/// Many TCP listeners, opened and closed by edits through the real save path (SQLite on disk, leases, publisher), and opened at
/// once as when a console starts that had them.
/// </summary>
internal static class ListenerCost
{
    private const string Address = "127.66.0.1";
    private const int PortsOfPod = 50;
    private const int Edits = 21;

    /// <summary>Writes open-ms one-more-ms close-ms KiB-for-each start-ms.</summary>
    /// <param name="target">A Redis, which every pod's first port is.</param>
    /// <param name="count">Listeners, in steps of 50.</param>
    public static async Task RunAsync(IPEndPoint target, int count)
    {
        // .NET compiles what is hot anew while it runs: a run that does not count warms it up.
        await MeasureAsync(target, Math.Min(count, 1000));
        var (open, more, close, bytes, start) = await MeasureAsync(target, count);
        System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{open.TotalMilliseconds:0.0} {more:0.00} {close.TotalMilliseconds:0.0} {bytes / 1024.0 / count:0.00} {start.TotalMilliseconds:0.0}"));
    }

    private static async Task<(TimeSpan Open, double More, TimeSpan Close, long Bytes, TimeSpan Start)> MeasureAsync(IPEndPoint target, int count)
    {
        var root = Directory.CreateTempSubdirectory("pod-console-bench-").FullName;
        try
        {
            TimeSpan open;
            double more;
            IReadOnlyList<PodId> pods;
            await using (var first = NewProvider(root, target))
            {
                pods = await PodTable.FillAsync(first, count / PortsOfPod + 1, target.Address, 8080, Address);
                open = await EditAllAsync(first, pods, [.. Enumerable.Range(target.Port, PortsOfPod).Select(port => new PortRequest(PortProtocol.Tcp, port))]);
                more = await AddOneAsync(first, pods[^1], target.Port);
                await StopAsync(first);
            }

            await using var second = NewProvider(root, target);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var started = Stopwatch.GetTimestamp();
            foreach (var service in second.GetServices<IHostedService>())
            {
                await service.StartAsync(CancellationToken.None);
            }

            var start = Stopwatch.GetElapsedTime(started);
            await AskAsync(second, pods[count / PortsOfPod - 1], target.Port);
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            var close = await EditAllAsync(second, pods, []);
            await StopAsync(second);
            return (open, more, close, bytes, start);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static ServiceProvider NewProvider(string root, IPEndPoint target)
    {
        var settings = new GatewaySettings { TcpPortRange = "10000-31999" };
        settings.PublicAddresses.Add(new() { Address = Address });
        var services = new ServiceCollection();
        services.AddSingleton(Options.Create(settings));
        PodTable.AddServices(services, root, target.Address);
        return services.BuildServiceProvider();
    }

    // The last pod is for the one more.
    private static async Task<TimeSpan> EditAllAsync(IServiceProvider provider, IReadOnlyList<PodId> pods, IReadOnlyList<PortRequest> ports)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var pod in pods.SkipLast(1))
        {
            await SaveAsync(provider, pod, ports);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    // From the edit until the service has answered through the new port; the median of all.
    private static async Task<double> AddOneAsync(IServiceProvider provider, PodId pod, int port)
    {
        var times = new List<double>();
        for (var edit = 0; edit < Edits; edit++)
        {
            var started = Stopwatch.GetTimestamp();
            await SaveAsync(provider, pod, [new(PortProtocol.Tcp, port)]);
            await AskAsync(provider, pod, port);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await SaveAsync(provider, pod, []);
        }

        return Percentiles.At(times, 0.5);
    }

    private static async Task SaveAsync(IServiceProvider provider, PodId pod, IReadOnlyList<PortRequest> ports)
    {
        if (await provider.GetRequiredService<PodService>().EditAsync(PodTable.Owner, pod, null, new() { Ports = ports }) is not PodResult.Saved)
        {
            throw new InvalidOperationException("The edit was not saved.");
        }
    }

    private static async Task AskAsync(IServiceProvider provider, PodId pod, int port)
    {
        var external = provider.GetRequiredService<IPortPublisher>().Find(pod).Ports.Single(item => item.Key == new PortKey(PortProtocol.Tcp, port)).External!;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(external.Address), external.Port);
        await RedisRequest.AskAsync(socket);
    }

    private static async Task StopAsync(IServiceProvider provider)
    {
        foreach (var service in provider.GetServices<IHostedService>())
        {
            if (service is IHostedLifecycleService early)
            {
                await early.StoppingAsync(CancellationToken.None);
            }

            await service.StopAsync(CancellationToken.None);
        }
    }
}
