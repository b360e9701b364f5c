using System.Text.Json.Serialization;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Processes;
using PodConsole.Runtimes.LocalProcess.Supervision;

namespace PodConsole.Runtimes.LocalProcess.Files;

/// <summary>What is known of a pod's last instance: <c>state.json</c>. Only the holder of the pod's lock writes it.</summary>
internal sealed record PodState
{
    /// <summary>Number of the instance.</summary>
    public required int Generation { get; init; }

    /// <summary>The machine's boot: process numbers mean nothing in another one.</summary>
    public required string Boot { get; init; }

    /// <summary>The process that watches over the program.</summary>
    public required ProcessIdentity Supervisor { get; init; }

    /// <summary>The pod's program; null until it is started, or when it could not be.</summary>
    public ProcessIdentity? Program { get; init; }

    /// <summary>The pod's own loopback address.</summary>
    public required string Address { get; init; }

    /// <summary>When the instance started, UTC.</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Its exit code, 0–255, once it ended and if known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it ended or could not start, for people, when the exit code does not say it.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether its supervisor still watches over it.</summary>
    [JsonIgnore]
    public bool IsSupervised => EndedAt is null && Boot == CurrentBoot && Supervisor.IsRunning;

    /// <summary>The boot that this process runs in.</summary>
    public static string CurrentBoot { get; } = ReadBoot();

    /// <summary>The instance as the rest of the console sees it.</summary>
    public PodInstance ToInstance() => new(
        Generation, EndedAt is null, EndedAt is null ? System.Net.IPAddress.Parse(Address) : null, StartedAt, ExitCode, Problem, Program?.Pid);

    private static string ReadBoot()
    {
        const string BootFile = "/proc/sys/kernel/random/boot_id";
        return File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : "";
    }
}

[JsonSerializable(typeof(PodState))]
[JsonSerializable(typeof(Launch))]
[JsonSerializable(typeof(TimeSpan))]
internal sealed partial class PodJson : JsonSerializerContext;
