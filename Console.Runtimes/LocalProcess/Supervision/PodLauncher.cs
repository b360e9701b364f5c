using System.Text.Json;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>Starts a supervisor for one instance of a pod, and waits until it has started the program.</summary>
internal sealed class PodLauncher(SupervisorCommand command, PodAddresses addresses, ExitWatcher watcher)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan OtherDeadline = TimeSpan.FromSeconds(10);

    // A supervisor needs little memory, whatever the settings of the machine or the console say.
    private static readonly string[] SupervisorEnvironment =
    [
        $"PATH={PodVariables.DefaultPath}", "LANG=C.UTF-8",
        "DOTNET_gcServer=0", "DOTNET_gcConcurrent=0", "DOTNET_GCgen0size=0x200000", "DOTNET_TieredPGO=0", "DOTNET_EnableDiagnostics=0",
    ];

    /// <summary>Starts the instance; whether another call started it meanwhile makes no difference.</summary>
    /// <returns>Null when the pod's state says how it went, or else why no supervisor could be started.</returns>
    public async Task<string?> LaunchAsync(PodSpec spec, PodDirectory directory, CancellationToken cancellationToken)
    {
        var lookup = new ProgramLookup(command, PodVariables.SearchPath);
        if (!lookup.TryFind(spec.Image, out var program, out var leading, out var problem))
        {
            return problem;
        }

        var launch = Prepare(spec, directory, program, [.. leading, .. spec.Arguments]);
        using var pipe = new Pipe();
        var (pid, error) = Spawner.Start(new()
        {
            FileName = command.FileName,
            Arguments = command.With(LocalProcessVerbs.Supervise, directory.Path),
            Environment = SupervisorEnvironment,
            WorkingDirectory = directory.Path,
            Input = (int)pipe.Output.DangerousGetHandle(),
            ErrorFile = directory.SupervisorErrors,
        });
        if (error != 0)
        {
            return ProgramProblem.Of(command.FileName, error);
        }

        pipe.Output.Dispose();
        await SendAsync(launch, pipe, cancellationToken);
        return await AwaitStartAsync(spec, directory, pid, cancellationToken);
    }

    private Launch Prepare(PodSpec spec, PodDirectory directory, string program, IReadOnlyList<string> arguments)
    {
        PodDirectory.Create(directory.Path);
        var disk = directory.Disk(spec.DiskGeneration);
        PodDirectory.Create(disk);
        PodDirectory.Create(PodVariables.TemporaryFolder(disk));
        var volume = spec.VolumeDiskGb > 0 ? directory.Volume : null;
        if (volume is not null)
        {
            PodDirectory.Create(volume);
            PodFiles.LinkVolume(disk, spec.VolumeMountPath, volume);
        }

        directory.WritePorts(spec.Ports);
        var address = addresses.Take(directory);
        return new()
        {
            Generation = spec.Generation,
            Program = program,
            Arguments = arguments,
            Environment = PodVariables.Build(spec, disk, volume, directory.Ports, address),
            WorkingDirectory = disk,
            Address = address,
        };
    }

    private static async Task SendAsync(Launch launch, Pipe pipe, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = new FileStream(pipe.Input, FileAccess.Write, bufferSize: 0);
            await JsonSerializer.SerializeAsync(input, launch, PodJson.Default.Launch, cancellationToken);
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says why.
        }
    }

    private async Task<string?> AwaitStartAsync(PodSpec spec, PodDirectory directory, int pid, CancellationToken cancellationToken)
    {
        var supervisor = ProcessIdentity.OfChild(pid)!.Value;
        try
        {
            var start = TimeProvider.System.GetTimestamp();
            while (true)
            {
                // Before the state: it may be the last thing that the supervisor wrote.
                var hasEnded = !supervisor.IsRunning;
                if (directory.ReadState() is { } state && state.Generation >= spec.Generation && state is not { Program: null, EndedAt: null })
                {
                    return null;
                }

                if (hasEnded && (!IsLocked(directory) || TimeProvider.System.GetElapsedTime(start) > OtherDeadline))
                {
                    return Explain(directory);
                }

                await Task.Delay(Interval, cancellationToken);
            }
        }
        finally
        {
            watcher.TryWatch(spec.PodId, supervisor);
        }
    }

    // A supervisor that another call started first has the pod, and will write the state.
    private static bool IsLocked(PodDirectory directory)
    {
        using var held = directory.TryLock();
        return held is null;
    }

    private static string Explain(PodDirectory directory)
    {
        if (IsLocked(directory))
        {
            return "An earlier instance of the pod has not ended yet. Stop the pod, then start it again.";
        }

        var reason = File.ReadLines(directory.SupervisorErrors).FirstOrDefault(line => line.Length > 0);
        return $"The pod's supervisor could not start. {reason ?? "It gave no reason."}";
    }
}
