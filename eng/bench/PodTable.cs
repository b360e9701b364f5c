using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
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

/// <summary>A database on disk with as many running pods as one likes, each with one HTTP port, and the services around it.</summary>
internal static class PodTable
{
    public static Actor Owner { get; } = new("bench");

    /// <summary>Adds everything but the settings of the gateway. Pods run at <paramref name="address"/>, and nothing looks after their processes.</summary>
    public static void AddServices(IServiceCollection services, string root, IPAddress address)
    {
        services.AddLogging();
        services.AddSingleton(new DataPaths(root));
        services.AddSingleton(Options.Create(new ConsoleSettings())).AddSingleton(Options.Create(new RuntimeSettings()));
        services.AddSingleton(Options.Create(new ApiSettings()));
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        services.AddSingleton<IPodRuntime>(new BenchRuntime(address));
        services.AddDomain();
        services.RemoveAll<IHostedService>();
        services.AddPortPublishing();
    }

    /// <summary>Makes the database and its pods, which run at <paramref name="address"/> and get external ports at <paramref name="publicAddress"/>.</summary>
    public static async Task<IReadOnlyList<PodId>> FillAsync(
        IServiceProvider provider, int pods, IPAddress address, int port, string publicAddress = "127.0.0.1")
    {
        await provider.GetRequiredService<Database>().PrepareAsync();
        await using (var db = await NewContextAsync(provider))
        {
            db.Users.Add(new() { Id = Owner.UserId, UserName = "bench" });
            await db.SaveChangesAsync();
        }

        var ids = new List<PodId>(pods);
        foreach (var part in Enumerable.Range(0, pods).Chunk(5000))
        {
            await using var db = await NewContextAsync(provider);
            var rows = part.Select(_ => NewPod(address, port, publicAddress)).ToList();
            db.Pods.AddRange(rows);
            await db.SaveChangesAsync();
            ids.AddRange(rows.Select(pod => pod.Id));
        }

        return ids;
    }

    private static Task<ConsoleDbContext> NewContextAsync(IServiceProvider provider) =>
        provider.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();

    private static Pod NewPod(IPAddress address, int port, string publicAddress)
    {
        var pod = new Pod
        {
            Id = PodId.New(),
            OwnerId = Owner.UserId,
            Name = PodNames.Propose(),
            PublicAddress = publicAddress,
            RuntimeKind = "LocalProcess",
            Image = "demo",
            Intent = PodIntent.Run,
            Generation = 1,
            DiskGeneration = 1,
            Status = PodStatus.Running,
            RuntimeAddress = address.ToString(),
            StartedAt = DateTime.UnixEpoch,
            CreatedAt = DateTime.UtcNow,
            Version = 1,
        };
        pod.Ports.Add(new() { PodId = pod.Id, Protocol = PortProtocol.Http, Number = port });
        return pod;
    }
}
