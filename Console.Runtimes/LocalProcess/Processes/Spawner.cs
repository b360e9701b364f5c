using System.Runtime.InteropServices;
using System.Text;

namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>
/// Starts processes by <c>posix_spawn</c>: <see cref="System.Diagnostics.Process"/> knows no sessions, and its handling of
/// ended children would collide with a supervisor's.
/// </summary>
internal static unsafe class Spawner
{
    // More than glibc's and musl's opaque structures need (at most 336 bytes).
    private const int StructureSize = 512;
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSession = 0x80;
    private const uint OwnerOnly = 0b110_000_000;

    /// <summary>Starts the process. The caller waits for its end with <c>waitpid</c>.</summary>
    /// <returns>The process id and 0, or an error number of <c>exec</c>.</returns>
    public static (int Pid, int Error) Start(SpawnRequest request)
    {
        var actions = stackalloc byte[StructureSize];
        var attributes = stackalloc byte[StructureSize];
        var signals = stackalloc byte[StructureSize];
        Check(Libc.InitActions(actions));
        Check(Libc.InitAttributes(attributes));
        var arguments = ToNative([request.FileName, .. request.Arguments]);
        var environment = ToNative(request.Environment);
        try
        {
            Redirect(actions, 0, request.Input, "/dev/null", Libc.ReadOnly);
            Redirect(actions, 1, request.Output, "/dev/null", Libc.WriteOnly);
            Redirect(actions, 2, request.Error, request.ErrorFile, Libc.WriteOnly | Libc.Create | Libc.Truncate);
            Check(Libc.AddWorkingDirectory(actions, request.WorkingDirectory));

            // The .NET runtime ignores SIGPIPE and handles others: a program must not inherit that.
            Check(Libc.FillSignals(signals));
            Check(Libc.SetSignalDefaults(attributes, signals));
            Check(Libc.EmptySignals(signals));
            Check(Libc.SetSignalMask(attributes, signals));
            Check(Libc.SetFlags(attributes, SetSignalDefaults | SetSignalMask | SetSession));

            // .NET's own descriptors never reach a child, but whoever started the console may have left it others.
            Libc.SystemCall(Libc.CloseRange, 3, int.MaxValue, Libc.RangeCloseOnExec, 0);
            var error = Libc.Spawn(out var pid, request.FileName, actions, attributes, arguments, environment);
            return (pid, error);
        }
        finally
        {
            Free(arguments);
            Free(environment);
            _ = Libc.DestroyAttributes(attributes);
            _ = Libc.DestroyActions(actions);
        }
    }

    private static void Redirect(void* actions, int target, int? source, string file, int flags) => Check(source is { } descriptor
        ? Libc.AddDuplicate(actions, descriptor, target)
        : Libc.AddOpen(actions, target, file, flags, OwnerOnly));

    // A NULL-terminated array of NUL-terminated UTF-8 strings.
    private static byte** ToNative(IReadOnlyList<string> texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var index = 0; index < texts.Count; index++)
        {
            var length = Encoding.UTF8.GetByteCount(texts[index]);
            array[index] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(texts[index], new Span<byte>(array[index], length));
        }

        return array;
    }

    private static void Free(byte** array)
    {
        for (var index = 0; array[index] != null; index++)
        {
            NativeMemory.Free(array[index]);
        }

        NativeMemory.Free(array);
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new IOException($"A process could not be prepared: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }
}
