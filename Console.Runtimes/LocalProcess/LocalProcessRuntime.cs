using System.Net;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Logs;
using PodConsole.Runtimes.LocalProcess.Processes;
using PodConsole.Runtimes.LocalProcess.Sockets;
using PodConsole.Runtimes.LocalProcess.Supervision;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>
/// Runs pods as processes of this machine, as the console's own user. Each has a directory, a loopback address and a
/// supervisor of its own, so that it outlives the console and is found again.
/// </summary>
internal sealed partial class LocalProcessRuntime : IPodRuntime, IDisposable
{
    private static readonly TimeSpan RemovalGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SupervisorSlack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly string _root;
    private readonly ILogger<LocalProcessRuntime> _logger;
    private readonly ExitWatcher _watcher;
    private readonly PodObserver _observer;
    private readonly PodLauncher _launcher;
    private readonly PortHolders _holders;
    private Action<PodId> _changed = static _ => { };

    public LocalProcessRuntime(DataPaths paths, SupervisorCommand command, TimeProvider clock, ILogger<LocalProcessRuntime> logger)
    {
        _root = paths.Pods;
        _logger = logger;
        _watcher = new(podId => _ = OnEndedAsync(podId));
        _observer = new(_watcher, logger);
        _launcher = new(command, new PodAddresses(_root), _watcher);
        _holders = new(clock);
    }

    /// <inheritdoc/>
    public string Kind => "LocalProcess";

    /// <inheritdoc/>
    public RuntimeCapabilities Capabilities { get; } = new(
        DiskSizesEnforced: false,
        SharesConsoleUser: true,
        CanBindPrivilegedPorts: Privileges.CanBindLowPorts,
        BindHint: "bind to $POD_IP",
        SshUser: Environment.UserName) { Addresses = PodAddresses.Network };

    /// <inheritdoc/>
    public async Task<StartResult> StartAsync(PodSpec spec, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new(null, "Process pods need Linux. Run the console on Linux.");
        }

        var directory = DirectoryOf(spec.PodId);
        var state = await _observer.ObserveAsync(spec.PodId, directory, cancellationToken);
        if (state is null || state.Generation < spec.Generation)
        {
            if (await _launcher.LaunchAsync(spec, directory, cancellationToken) is { } problem)
            {
                return new(null, problem);
            }

            state = await _observer.ObserveAsync(spec.PodId, directory, cancellationToken);
        }

        return state is { Program: null, EndedAt: not null } ? new(null, state.Problem) : new(state?.ToInstance(), null);
    }

    /// <inheritdoc/>
    public async Task<PodInstance?> InspectAsync(PodId podId, CancellationToken cancellationToken) =>
        (await _observer.ObserveAsync(podId, DirectoryOf(podId), cancellationToken))?.ToInstance();

    /// <inheritdoc/>
    public async Task StopAsync(PodId podId, TimeSpan grace, CancellationToken cancellationToken)
    {
        var directory = DirectoryOf(podId);
        if (await _observer.ObserveAsync(podId, directory, cancellationToken) is not { EndedAt: null } state)
        {
            return;
        }

        directory.WriteGrace(grace);
        state.Supervisor.Signal(Libc.SigTerm);
        var start = TimeProvider.System.GetTimestamp();
        while (state.Supervisor.IsRunning)
        {
            if (TimeProvider.System.GetElapsedTime(start) > grace + SupervisorSlack)
            {
                // It hangs or was stopped; the observation below ends what it leaves behind.
                state.Supervisor.Signal(Libc.SigKill);
            }

            await Task.Delay(Interval, cancellationToken);
        }

        await _observer.ObserveAsync(podId, directory, cancellationToken);
    }

    /// <inheritdoc/>
    public void WritePorts(PodId podId, string ports)
    {
        if (DirectoryOf(podId) is { Exists: true } directory)
        {
            directory.WritePorts(ports);
        }
    }

    /// <inheritdoc/>
    public string? PortsFileOf(PodId podId) => DirectoryOf(podId).Ports;

    /// <inheritdoc/>
    public Task ClearDisksAsync(PodId podId, int currentDiskGeneration, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var directory = DirectoryOf(podId);
            foreach (var disk in directory.Disks().Where(disk => disk != directory.Disk(currentDiskGeneration)))
            {
                PodFiles.Delete(disk);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveAsync(PodId podId, CancellationToken cancellationToken)
    {
        await StopAsync(podId, RemovalGrace, cancellationToken);
        var directory = DirectoryOf(podId);
        if (directory.ReadAddress() is { } address)
        {
            _holders.Forget(IPAddress.Parse(address));
        }

        await Task.Run(() => PodFiles.Delete(directory.Path), cancellationToken);
    }

    /// <inheritdoc/>
    public PortHolder FindPortHolder(PodId podId, IPAddress address, int port) =>
        _holders.Find(SupervisorOf(podId), address, port);

    /// <inheritdoc/>
    public PortHolder? FindKnownPortHolder(PodId podId, IPAddress address, int port) =>
        _watcher.Find(podId) is { } supervisor ? _holders.FindKnown(supervisor, address, port) : null;

    /// <inheritdoc/>
    public Func<PodId, IPAddress, int, PortHolder> ScanPorts()
    {
        var find = _holders.Scan();
        return (podId, address, port) => find(SupervisorOf(podId), address, port);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogsAsync(PodId podId, LogQuery query, CancellationToken cancellationToken) =>
        new PodLogReader(DirectoryOf(podId).Logs).ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public void OnChange(Action<PodId> changed) => _changed = changed;

    /// <summary>Stops watching; the pods run on.</summary>
    public void Dispose() => _watcher.Dispose();

    private PodDirectory DirectoryOf(PodId podId) => new(Path.Combine(_root, podId.Value));

    private ProcessIdentity? SupervisorOf(PodId podId) => _watcher.Find(podId) ?? Adopt(podId);

    // The first look at a pod after the console restarted.
    private ProcessIdentity? Adopt(PodId podId) =>
        DirectoryOf(podId).ReadState() is { IsSupervised: true } state && _watcher.TryWatch(podId, state.Supervisor) ? state.Supervisor : null;

    private async Task OnEndedAsync(PodId podId)
    {
        try
        {
            await _observer.ObserveAsync(podId, DirectoryOf(podId), CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotObserved(exception, podId); // Removed meanwhile, or the disk is full: the next comparison looks again.
        }

        _changed(podId);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {PodId} ended, but its record could not be read or closed")]
    private partial void LogNotObserved(Exception exception, PodId podId);
}
