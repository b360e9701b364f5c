using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;

namespace PodConsole.Bench;

/// <summary>
/// A gateway with a table of any size: says what a route costs in memory and how soon a committed edit serves, and then
/// goes on serving, so that the requests per second can be measured from outside.
/// </summary>
internal static class TableSize
{
    private const int Warmup = 30;
    private const int Edits = 200;

    /// <param name="size">Pods beside the one that is measured, each with one port.</param>
    /// <param name="settings">The gateway's ports and certificate.</param>
    /// <param name="service">Where every pod answers.</param>
    public static async Task RunAsync(int size, GatewaySettings settings, IPEndPoint service)
    {
        var root = Directory.CreateTempSubdirectory("pod-console-bench-");
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
            builder.Services.AddSingleton(Options.Create(settings));
            PodTable.AddServices(builder.Services, root.FullName, service.Address);
            builder.Services.AddPodGateway();
            var commits = new CommitClock();
            builder.Services.ConfigureDbContext<ConsoleDbContext>(options => options.AddInterceptors(commits));
            await using var app = builder.Build();
            var pods = await PodTable.FillAsync(app.Services, size + 1, service.Address, service.Port);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await app.StartAsync();
            var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
            var times = await EditAsync(app.Services.GetRequiredService<PodService>(), commits, pods, settings, service);
            System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{pods[0]}-{service.Port}.{settings.ProxyDomain} {memory} {Percentiles.At(times, 0.5):0.00} {Percentiles.At(times, 0.99):0.00}"));
            await app.WaitForShutdownAsync();
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    // From the commit to the whole answer at the new address, over a connection that is already open. The service listens
    // on one port only, so the port that is added and taken away is that one.
    private static async Task<List<double>> EditAsync(
        PodService editor, CommitClock commits, IReadOnlyList<PodId> pods, GatewaySettings settings, IPEndPoint service)
    {
        using var client = await GatewayConnection.OpenAsync(
            settings.HttpsPort, X509CertificateLoader.LoadCertificateFromFile(settings.CertificatePath!));
        var port = new PortRequest(PortProtocol.Http, service.Port);
        var times = new List<double>();
        for (var index = 0; index < Warmup + Edits; index++)
        {
            var pod = pods[index * 7919 % pods.Count];
            await SaveAsync(editor, pod, []);
            await SaveAsync(editor, pod, [port]);
            await client.GetAsync($"{pod}-{service.Port}.{settings.ProxyDomain}");
            if (index >= Warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(commits.Last).TotalMilliseconds);
            }
        }

        return times;
    }

    private static async Task SaveAsync(PodService editor, PodId pod, IReadOnlyList<PortRequest> ports)
    {
        if (await editor.EditAsync(PodTable.Owner, pod, null, new() { Ports = ports }) is not PodResult.Saved)
        {
            throw new InvalidOperationException("The edit was not saved.");
        }
    }

    private sealed class CommitClock : DbTransactionInterceptor
    {
        public long Last { get; private set; }

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Last = Stopwatch.GetTimestamp();
            return Task.CompletedTask;
        }
    }
}
