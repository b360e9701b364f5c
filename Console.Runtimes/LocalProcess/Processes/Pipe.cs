using Microsoft.Win32.SafeHandles;

namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>A pipe whose ends no other process gets by accident.</summary>
internal sealed class Pipe : IDisposable
{
    public unsafe Pipe()
    {
        var ends = stackalloc int[2];
        if (Libc.OpenPipe(ends, Libc.CloseOnExec) != 0)
        {
            throw new IOException("No pipe could be opened: the console has too many files open.");
        }

        Output = new(ends[0], ownsHandle: true);
        Input = new(ends[1], ownsHandle: true);
    }

    /// <summary>The end to read from.</summary>
    public SafeFileHandle Output { get; }

    /// <summary>The end to write to.</summary>
    public SafeFileHandle Input { get; }

    public void Dispose()
    {
        Output.Dispose();
        Input.Dispose();
    }
}
