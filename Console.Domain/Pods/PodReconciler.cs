using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Pods;

/// <summary>Compares one pod with its runtime, does what is missing, records what it saw and publishes it.</summary>
public sealed partial class PodReconciler(
    IDbContextFactory<ConsoleDbContext> contexts,
    IEnumerable<IPodRuntime> runtimes,
    IPortPublisher publisher,
    SecretBox secrets,
    IOptions<ConsoleSettings> settings,
    PodFeed feed,
    ILogger<PodReconciler> logger)
{
    /// <summary>Between asking a pod to end and killing it.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <summary>Makes what runs match what is wanted. The caller lets only one run at a time per pod.</summary>
    public async Task ReconcileAsync(PodId podId)
    {
        var pod = await LoadAsync(podId);
        if (pod is null)
        {
            return;
        }

        if (runtimes.FirstOrDefault(item => item.Kind == pod.RuntimeKind) is not { } runtime)
        {
            await RecordAsync(pod, new(PodStatus.Error, $"The runtime {pod.RuntimeKind} is not available here."));
            return;
        }

        switch (pod.Intent)
        {
            case PodIntent.Terminate:
                await RemoveAsync(pod, runtime);
                break;
            case PodIntent.Stop:
                await StopAsync(pod, runtime);
                break;
            default:
                await RunAsync(pod, runtime);
                break;
        }
    }

    private async Task RunAsync(Pod pod, IPodRuntime runtime)
    {
        var instance = await runtime.InspectAsync(pod.Id, default);
        if (instance?.Generation == pod.Generation)
        {
            await RecordAsync(pod, Observation.Of(instance));
            return;
        }

        // A start that failed is not tried again by itself: its owner reads why, and starts it.
        if (pod.Status is PodStatus.Error or PodStatus.Exited)
        {
            return;
        }

        if (instance is { IsRunning: true })
        {
            await runtime.StopAsync(pod.Id, StopGrace, default);
        }

        await runtime.ClearDisksAsync(pod.Id, pod.DiskGeneration, default);
        await RecordAsync(pod, new(PodStatus.Starting, ""));

        // The stop may have taken long, and ports can be edited meanwhile. Who wanted another run has woken the supervisor.
        if (await LoadAsync(pod.Id) is not { } saved || (saved.Generation, saved.Intent) != (pod.Generation, pod.Intent))
        {
            return;
        }

        var result = await runtime.StartAsync(await DescribeAsync(saved), default);
        if (result.Instance is { } started)
        {
            LogStarted(pod.Id, started.Generation);
            await RecordAsync(saved, Observation.Of(started));
        }
        else
        {
            LogNotStarted(pod.Id, result.Problem ?? "");
            await RecordAsync(saved, new(PodStatus.Error, result.Problem ?? "The pod could not be started."));
        }
    }

    private async Task StopAsync(Pod pod, IPodRuntime runtime)
    {
        await runtime.StopAsync(pod.Id, StopGrace, default);
        await runtime.ClearDisksAsync(pod.Id, pod.DiskGeneration, default);
        var instance = await runtime.InspectAsync(pod.Id, default);
        await RecordAsync(pod, new(PodStatus.Exited, "Stopped") { ExitCode = instance?.ExitCode });
    }

    private async Task RemoveAsync(Pod pod, IPodRuntime runtime)
    {
        await runtime.RemoveAsync(pod.Id, default);
        await using var db = await contexts.CreateDbContextAsync();
        await db.Pods.Where(item => item.Id == pod.Id && item.Intent == PodIntent.Terminate).ExecuteDeleteAsync();
        LogRemoved(pod.Id);
        await publisher.PublishAsync(pod.Id);
        feed.Tick(pod.Id);
    }

    private async Task<PodSpec> DescribeAsync(Pod pod)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var keys = await db.SshKeys.LinesOf(pod.OwnerId).ToListAsync();
        CommandLine.TrySplit(pod.Command, out var arguments, out _);
        return new()
        {
            PodId = pod.Id,
            Generation = pod.Generation,
            DiskGeneration = pod.DiskGeneration,
            Image = pod.Image,
            Arguments = arguments,
            Environment = PodEnvironment.Build(pod, secrets.Open(pod.Environment), keys, settings.Value.PublicUrl, await NewKeyAsync(db, pod.Id)),
            Ports = PodPortsFile.Write(pod),
            VolumeDiskGb = pod.VolumeDiskGb,
            VolumeMountPath = pod.VolumeMountPath,
        };
    }

    // Each start has a key of its own: none is kept from which it could be given again, and the one before ends here.
    private static async Task<string> NewKeyAsync(ConsoleDbContext db, PodId podId)
    {
        var key = ApiSecret.New();
        var hash = ApiSecret.HashOf(key);
        await db.Pods.Where(pod => pod.Id == podId).ExecuteUpdateAsync(set => set.SetProperty(pod => pod.KeyHash, hash));
        return key;
    }

    private async Task<Pod?> LoadAsync(PodId podId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases).AsSplitQuery()
            .FirstOrDefaultAsync(pod => pod.Id == podId);
    }

    // Not the owner's change: it leaves Version alone, and writes only if the owner did not want something else meanwhile.
    private async Task RecordAsync(Pod pod, Observation seen)
    {
        if (seen == Observation.RecordedIn(pod))
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync();
        var written = await db.Pods
            .Where(item => item.Id == pod.Id && item.Generation == pod.Generation && item.Intent == pod.Intent)
            .ExecuteUpdateAsync(set => set
                .SetProperty(item => item.Status, seen.Status)
                .SetProperty(item => item.StatusReason, seen.Reason)
                .SetProperty(item => item.ExitCode, seen.ExitCode)
                .SetProperty(item => item.RuntimeAddress, seen.Address)
                .SetProperty(item => item.StartedAt, seen.StartedAt));
        if (written > 0)
        {
            LogStatus(pod.Id, seen.Status, seen.Reason);
            await publisher.PublishAsync(pod.Id);
            feed.Tick(pod.Id);
        }
    }

    /// <summary>The columns that say what was last seen.</summary>
    private sealed record Observation(PodStatus Status, string Reason)
    {
        public int? ExitCode { get; init; }

        public string? Address { get; init; }

        public DateTime? StartedAt { get; init; }

        public static Observation RecordedIn(Pod pod) => new(pod.Status, pod.StatusReason)
        {
            ExitCode = pod.ExitCode,
            Address = pod.RuntimeAddress,
            StartedAt = pod.StartedAt,
        };

        public static Observation Of(PodInstance instance) => instance.IsRunning
            ? new(PodStatus.Running, "") { Address = instance.Address?.ToString(), StartedAt = instance.StartedAt }
            : new(instance is { ExitCode: 0, Problem: null } ? PodStatus.Exited : PodStatus.Error,
                instance.Problem ?? $"Ended with exit code {instance.ExitCode}")
            {
                ExitCode = instance.ExitCode,
                StartedAt = instance.StartedAt,
            };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId} runs (generation {Generation})")]
    private partial void LogStarted(PodId podId, int generation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId} could not start: {Problem}")]
    private partial void LogNotStarted(PodId podId, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId} was removed")]
    private partial void LogRemoved(PodId podId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {PodId} is {Status} {Reason}")]
    private partial void LogStatus(PodId podId, PodStatus status, string reason);
}
