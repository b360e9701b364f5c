using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PodConsole.Domain;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Publishing;

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
                $"{size,7} pods   HTTP edit {Median(http),6:0.00} ms median {Percentile(http, 0.99),6:0.00} ms p99   TCP edit {Median(tcp),6:0.00} ms median {Percentile(tcp, 0.99),6:0.00} ms p99"));
        }
    }

    private static async Task<(double[] Http, double[] Tcp)> MeasureAsync(int size)
    {
        var root = Directory.CreateTempSubdirectory("pod-console-bench-").FullName;
        try
        {
            await using var provider = Build(root);
            return await MeasureAsync(provider, size);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<(double[] Http, double[] Tcp)> MeasureAsync(ServiceProvider provider, int size)
    {
        await provider.GetRequiredService<Database>().PrepareAsync();
        var actor = new Actor("bench");
        var ids = await FillAsync(provider, actor, size);
        var publisher = provider.GetRequiredService<IPortPublisher>();
        foreach (var id in ids)
        {
            await publisher.PublishAsync(id);
        }

        var service = provider.GetRequiredService<PodService>();
        return (await EditAsync(service, actor, ids, new(PortProtocol.Http, 8080)), await EditAsync(service, actor, ids, new(PortProtocol.Tcp, 22)));
    }

    private static async Task<double[]> EditAsync(PodService service, Actor actor, IReadOnlyList<PodId> ids, PortRequest extra)
    {
        var times = new List<double>();
        for (var index = 0; index < Warmup + Edits; index++)
        {
            // Adds the port to a pod, then takes it away again.
            var id = ids[index / 2 % ids.Count];
            PortRequest[] ports = index % 2 == 0 ? [new(PortProtocol.Http, 4000), extra] : [new(PortProtocol.Http, 4000)];
            var started = Stopwatch.GetTimestamp();
            var result = await service.EditAsync(actor, id, null, new() { Ports = ports });
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

    private static async Task<IReadOnlyList<PodId>> FillAsync(ServiceProvider provider, Actor actor, int size)
    {
        await using var db = await provider.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        db.Users.Add(new() { Id = actor.UserId, UserName = "bench" });
        var pods = Enumerable.Range(0, size).Select(_ => NewPod(actor)).ToList();
        db.Pods.AddRange(pods);
        await db.SaveChangesAsync();
        return [.. pods.Select(pod => pod.Id)];
    }

    private static Pod NewPod(Actor actor)
    {
        var pod = new Pod
        {
            Id = PodId.New(),
            OwnerId = actor.UserId,
            Name = PodNames.Propose(),
            PublicAddress = "127.0.0.1",
            RuntimeKind = "LocalProcess",
            Image = "demo",
            Intent = PodIntent.Run,
            Generation = 1,
            DiskGeneration = 1,
            Status = PodStatus.Running,
            RuntimeAddress = "127.0.0.1",
            StartedAt = DateTime.UnixEpoch,
            CreatedAt = DateTime.UtcNow,
            Version = 1,
        };
        pod.Ports.Add(new() { PodId = pod.Id, Protocol = PortProtocol.Http, Number = 4000 });
        return pod;
    }

    private static ServiceProvider Build(string root)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new DataPaths(root));
        services.AddSingleton(Options.Create(new ConsoleSettings())).AddSingleton(Options.Create(new GatewaySettings()));
        services.AddSingleton(Options.Create(new RuntimeSettings())).AddSingleton(Options.Create(new ApiSettings()));
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        services.AddSingleton<IPodRuntime, BenchRuntime>();
        services.AddDomain();
        services.AddPortPublishing();
        return services.BuildServiceProvider();
    }

    private static double Median(double[] values) => Percentile(values, 0.5);

    private static double Percentile(double[] values, double part)
    {
        Array.Sort(values);
        return values[(int)Math.Min(values.Length - 1, part * values.Length)];
    }
}
