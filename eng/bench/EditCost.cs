using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;

namespace PodConsole.Bench;

/// <summary>
/// The cost of one port edit through the real save path (SQLite on disk, allocator, publisher, route table, TCP listeners)
/// with more and more pods in the table.
/// </summary>
internal static class EditCost
{
    private const int Warmup = 50;
    private const int Edits = 400;

    public static async Task RunAsync(IReadOnlyList<int> sizes)
    {
        // .NET compiles what is hot anew while it runs: without a run that does not count, the first size would look slow.
        await MeasureAsync(sizes[0]);
        foreach (var size in sizes)
        {
            var (http, tcp) = await MeasureAsync(size);
            System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{size,7} pods   HTTP edit {Median(http),6:0.00} ms median {Last(http),6:0.00} ms p99   TCP edit {Median(tcp),6:0.00} ms median {Last(tcp),6:0.00} ms p99"));
        }
    }

    private static async Task<(double[] Http, double[] Tcp)> MeasureAsync(int size)
    {
        var root = Directory.CreateTempSubdirectory("pod-console-bench-").FullName;
        try
        {
            var services = new ServiceCollection();
            services.AddSingleton(Options.Create(new GatewaySettings()));
            PodTable.AddServices(services, root, IPAddress.Loopback);
            await using var provider = services.BuildServiceProvider();
            return await MeasureAsync(provider, size);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<(double[] Http, double[] Tcp)> MeasureAsync(ServiceProvider provider, int size)
    {
        var ids = await PodTable.FillAsync(provider, size, IPAddress.Loopback, 4000);
        var publisher = provider.GetRequiredService<IPortPublisher>();
        foreach (var id in ids)
        {
            await publisher.PublishAsync(id);
        }

        var service = provider.GetRequiredService<PodService>();
        return (await EditAsync(service, ids, new(PortProtocol.Http, 8080)), await EditAsync(service, ids, new(PortProtocol.Tcp, 22)));
    }

    private static async Task<double[]> EditAsync(PodService service, IReadOnlyList<PodId> ids, PortRequest extra)
    {
        var times = new List<double>();
        for (var index = 0; index < Warmup + Edits; index++)
        {
            // Adds the port to a pod, then takes it away again.
            var id = ids[index / 2 % ids.Count];
            PortRequest[] ports = index % 2 == 0 ? [new(PortProtocol.Http, 4000), extra] : [new(PortProtocol.Http, 4000)];
            var started = Stopwatch.GetTimestamp();
            var result = await service.EditAsync(PodTable.Owner, id, null, new() { Ports = ports });
            if (result is not PodResult.Saved)
            {
                throw new InvalidOperationException($"The edit was not saved: {result}");
            }

            if (index >= Warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return [.. times];
    }

    private static double Median(double[] values) => Percentiles.At(values, 0.5);

    private static double Last(double[] values) => Percentiles.At(values, 0.99);
}
