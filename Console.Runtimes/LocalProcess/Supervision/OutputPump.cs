using Microsoft.Win32.SafeHandles;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Logs;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>Copies a program's output to the pod's log.</summary>
internal sealed class OutputPump(PodLogWriter log) : IDisposable
{
    private readonly Pipe _output = new();
    private readonly Pipe _error = new();
    private readonly List<Thread> _threads = [];

    /// <summary>Starts the program with its output coming here.</summary>
    /// <returns>The process id and 0, or an error number of <c>exec</c>.</returns>
    public (int Pid, int Error) Start(Launch launch)
    {
        var result = Spawner.Start(new()
        {
            FileName = launch.Program,
            Arguments = launch.Arguments,
            Environment = launch.Environment,
            WorkingDirectory = launch.WorkingDirectory,
            Output = (int)_output.Input.DangerousGetHandle(),
            Error = (int)_error.Input.DangerousGetHandle(),
        });

        // The output ends when no process of the pod holds the other ends any more.
        _output.Input.Dispose();
        _error.Input.Dispose();
        Pump(_output.Output, LogSource.Stdout);
        Pump(_error.Output, LogSource.Stderr);
        return result;
    }

    /// <summary>Waits until all output is in the log. A process outside the pod may hold it open, so only so long.</summary>
    public void Join(TimeSpan deadline) => _threads.ForEach(thread => thread.Join(deadline));

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private void Pump(SafeFileHandle source, LogSource kind)
    {
        var thread = new Thread(() => Copy(source, kind)) { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private void Copy(SafeFileHandle source, LogSource kind)
    {
        using var stream = new FileStream(source, FileAccess.Read, bufferSize: 0);
        var splitter = new LineSplitter();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is > 0 and var count)
        {
            if (splitter.Add(buffer.AsSpan(0, count)) is { Count: > 0 } lines)
            {
                log.Write(kind, lines);
            }
        }

        if (splitter.End() is { } rest)
        {
            log.Write(kind, [rest]);
        }
    }
}
