using System.Runtime.InteropServices;

namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>A process for certain: its number may be used again, number and start time together are not.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTime">When it started, clock ticks since boot (field 22 of <c>/proc/pid/stat</c>).</param>
internal readonly record struct ProcessIdentity(int Pid, long StartTime)
{
    /// <summary>The process that has this number now; null when there is none, or only its exit code is left.</summary>
    public static ProcessIdentity? Of(int pid) => ProcessEntry.TryRead(pid, out var entry) && !entry.HasEnded ? entry.Identity : null;

    /// <summary>A child of this process that was not waited for, so that its number is still its own, ended or not.</summary>
    public static ProcessIdentity? OfChild(int pid) => ProcessEntry.TryRead(pid, out var entry) ? entry.Identity : null;

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => Of(Pid) == this;

    /// <summary>Opens a descriptor that becomes readable when it ends; null when it does not run.</summary>
    public ProcessDescriptor? TryOpen()
    {
        var descriptor = (int)Libc.SystemCall(Libc.PidfdOpen, Pid, 0, 0, 0);
        if (descriptor < 0)
        {
            return null;
        }

        // The descriptor names whoever had the number when it was opened, so look at who that is only now.
        var handle = new ProcessDescriptor(descriptor);
        if (IsRunning)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Sends a signal, to this process or to nobody.</summary>
    public void Signal(int signal)
    {
        using var descriptor = TryOpen();
        descriptor?.Signal(signal);
    }
}

/// <summary>Holds on to one process, whatever becomes of its number (<c>pidfd</c>, Linux 5.3).</summary>
internal sealed class ProcessDescriptor : SafeHandle
{
    public ProcessDescriptor(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The number, for <c>poll</c>; valid while this is not disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Sends a signal; one that comes too late changes nothing.</summary>
    public void Signal(int signal) => Libc.SystemCall(Libc.PidfdSendSignal, handle, signal, 0, 0);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
