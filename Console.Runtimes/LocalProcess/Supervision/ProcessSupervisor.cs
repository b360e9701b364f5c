using System.Runtime.InteropServices;
using System.Text.Json;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Logs;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>
/// Starts one pod's program and watches over it in a process of its own, which outlives the console: keeps the output,
/// ends everything the program started when it ends, and records how it ended. SIGTERM asks it to end the pod.
/// </summary>
internal sealed class ProcessSupervisor(PodDirectory directory) : IDisposable
{
    private const int Interrupted = 4; // EINTR
    private const string AskedByMachine = "The pod's supervisor was asked to end (SIGTERM), perhaps because the machine shut down.";

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OutputDeadline = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _kill = new();
    private volatile bool _asked;
    private Timer? _grace;

    /// <summary>Runs what standard input describes, until nothing of it is left.</summary>
    public SupervisorExit Run()
    {
        using var held = Lock();
        if (held is null)
        {
            return SupervisorExit.Locked;
        }

        using var input = System.Console.OpenStandardInput();
        var launch = JsonSerializer.Deserialize(input, PodJson.Default.Launch)
            ?? throw new InvalidDataException("Standard input does not say what to start.");
        if (directory.ReadState() is { } last && last.Generation >= launch.Generation)
        {
            return SupervisorExit.Done;
        }

        using var log = new PodLogWriter(directory.Logs);
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Ask(log);
        });
        Supervise(launch, log);
        return SupervisorExit.Done;
    }

    public void Dispose() => _grace?.Dispose();

    // The console holds it for a moment while it closes the record of an earlier instance. Nothing tells when it lets go: the system
    // waits for a file's lock without a time limit, or not at all.
    private FileStream? Lock()
    {
        var start = TimeProvider.System.GetTimestamp();
        FileStream? held;
        while ((held = directory.TryLock()) is null && TimeProvider.System.GetElapsedTime(start) < LockDeadline)
        {
            Thread.Sleep(Interval);
        }

        return held;
    }

    private void Supervise(Launch launch, PodLogWriter log)
    {
        // Whatever loses its parent becomes a child of this process, so that nothing of the pod can hide.
        _ = Libc.ProcessControl(Libc.SetChildSubreaper, 1, 0, 0, 0);
        var state = new PodState
        {
            Generation = launch.Generation,
            Boot = PodState.CurrentBoot,
            Supervisor = ProcessIdentity.Of(Environment.ProcessId)!.Value,
            Address = launch.Address,
            StartedAt = DateTime.UtcNow,
        };
        directory.ClearGrace();
        directory.WriteState(state);

        using var output = new OutputPump(log);
        var (pid, error) = output.Start(launch);
        if (error != 0)
        {
            var problem = ProgramProblem.Of(launch.Program, error);
            log.Write(problem);
            directory.WriteState(state with { EndedAt = DateTime.UtcNow, Problem = problem });
            return;
        }

        new Thread(KillWhenTold) { IsBackground = true }.Start();
        state = state with { Program = ProcessIdentity.OfChild(pid) };
        try
        {
            log.Write($"Started {launch.Program}: process {pid}, address {launch.Address}.");
            directory.WriteState(state);
        }
        catch
        {
            // The disk may be full. A program that nobody could find again must not run.
            _kill.TrySetResult();
            Await(pid, state, log);
            throw;
        }

        if (_asked)
        {
            SignalAll(Libc.SigTerm); // Asked before there was anything to ask.
        }

        state = Await(pid, state, log);
        output.Join(OutputDeadline);
        log.Write(state.Problem is null ? $"Ended with exit code {state.ExitCode}." : $"{state.Problem} Exit code {state.ExitCode}.");
        directory.WriteState(state with { EndedAt = DateTime.UtcNow });
    }

    private PodState Await(int program, PodState state, PodLogWriter log)
    {
        int pid;
        while ((pid = Libc.WaitPid(-1, out var status, 0)) > 0 || Marshal.GetLastPInvokeError() == Interrupted)
        {
            if (pid != program)
            {
                continue;
            }

            var exit = ExitStatus.Of(status);
            if (_asked)
            {
                // What else runs has until the end of the grace.
                state = state with { ExitCode = exit.Code, Problem = directory.ReadGrace() is null ? AskedByMachine : null };
                continue;
            }

            state = state with { ExitCode = exit.Code, Problem = exit.Problem };
            if (ProcessTree.DescendantsOf(Environment.ProcessId).Count is > 0 and var left)
            {
                log.Write($"The program ended and left {left} of its processes behind; they are killed.");
            }

            _kill.TrySetResult();
        }

        return state;
    }

    // Asked again, it starts over with the grace that was set last.
    private void Ask(PodLogWriter log)
    {
        if (!_asked)
        {
            log.Write("Asked to end (SIGTERM).");
        }

        _asked = true;
        SignalAll(Libc.SigTerm);
        _grace?.Dispose();
        _grace = new Timer(_ => _kill.TrySetResult(), null, directory.ReadGrace() ?? DefaultGrace, Timeout.InfiniteTimeSpan);
    }

    private void KillWhenTold()
    {
        _kill.Task.Wait();
        while (true)
        {
            SignalAll(Libc.SigKill);
            Thread.Sleep(Interval); // Until this process ends: they may be starting others meanwhile, of which nothing tells.
        }
    }

    private static void SignalAll(int signal)
    {
        foreach (var process in ProcessTree.DescendantsOf(Environment.ProcessId))
        {
            process.Signal(signal);
        }
    }
}
