using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Files;

/// <summary>The directory of one process pod, readable by the console's user only.</summary>
/// <param name="path">Where it is, absolute.</param>
internal sealed class PodDirectory(string path)
{
    private const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string DiskPrefix = "disk-";
    private const int WouldBlock = 11; // EAGAIN

    public string Path => path;

    /// <summary>Rotating output.</summary>
    public string Logs => InPod("logs");

    /// <summary>What outlives every container disk.</summary>
    public string Volume => InPod("volume");

    /// <summary>What the supervisor itself complains about, when it cannot start.</summary>
    public string SupervisorErrors => InPod("supervisor.err");

    /// <summary>The present mapping of the pod's ports, for its programs.</summary>
    public string Ports => InPod("ports.json");

    private string StateFile => InPod("state.json");

    private string GraceFile => InPod("grace");

    private string AddressFile => InPod("address");

    /// <summary>Whether anything of the pod is there.</summary>
    public bool Exists => Directory.Exists(path);

    /// <summary>The container disk of a disk generation, the program's working directory.</summary>
    public string Disk(int generation) => InPod(string.Create(CultureInfo.InvariantCulture, $"{DiskPrefix}{generation}"));

    /// <summary>Every container disk that is there.</summary>
    public IEnumerable<string> Disks() => Exists ? Directory.EnumerateFileSystemEntries(path, DiskPrefix + "*") : [];

    /// <summary>Makes a directory that only its owner can read.</summary>
    public static void Create(string directory) => Directory.CreateDirectory(directory, OwnerDirectory);

    /// <summary>
    /// Takes the right to run the pod and to write its state; null when another process has it. A supervisor keeps it for as
    /// long as it lives, and the system takes it back when it dies.
    /// </summary>
    public FileStream? TryLock()
    {
        try
        {
            return new(InPod("lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerFile,
            });
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            return null;
        }
    }

    /// <summary>What is known of the last instance; null when none ever ran, or the file is damaged.</summary>
    public PodState? ReadState() => Read(StateFile, PodJson.Default.PodState);

    /// <summary>Replaces the state as a whole. The caller holds the lock.</summary>
    public void WriteState(PodState state) => Write(StateFile, JsonSerializer.SerializeToUtf8Bytes(state, PodJson.Default.PodState));

    /// <summary>Sets the time between asking and killing, before the supervisor is asked to end the pod.</summary>
    public void WriteGrace(TimeSpan grace) => Write(GraceFile, JsonSerializer.SerializeToUtf8Bytes(grace, PodJson.Default.TimeSpan));

    /// <summary>The time between asking and killing; null when nobody set one.</summary>
    public TimeSpan? ReadGrace() => File.Exists(GraceFile) ? Read(GraceFile, PodJson.Default.TimeSpan) : null;

    /// <summary>Forgets an earlier request to end.</summary>
    public void ClearGrace() => File.Delete(GraceFile);

    /// <summary>The address that the pod keeps; null before its first start.</summary>
    public string? ReadAddress() => File.Exists(AddressFile) ? File.ReadAllText(AddressFile) : null;

    /// <summary>Gives the pod its address.</summary>
    public void WriteAddress(string address) => Write(AddressFile, System.Text.Encoding.ASCII.GetBytes(address));

    /// <summary>Replaces the mapping of the pod's ports, when it is another one.</summary>
    public void WritePorts(string ports)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(ports);
        if (!Holds(Ports, bytes))
        {
            Write(Ports, bytes);
        }
    }

    private string InPod(string name) => System.IO.Path.Combine(path, name);

    private static T? Read<T>(string file, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), type);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return default;
        }
    }

    // The pod may have put anything in place of the file. Its program must not hold up the console: a pipe is not waited for, and
    // of what has no end no more is read than what is compared.
    private static bool Holds(string file, ReadOnlySpan<byte> bytes)
    {
        using var handle = new SafeFileHandle(Libc.Open(file, Libc.ReadOnly | Libc.NonBlock | Libc.CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return false;
        }

        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!stream.CanSeek || stream.Length != bytes.Length)
        {
            return false;
        }

        var present = new byte[bytes.Length];
        return stream.ReadAtLeast(present, present.Length, throwOnEndOfStream: false) == present.Length && bytes.SequenceEqual(present);
    }

    // Readers see the old file or the new one, and so does a machine that loses power.
    private static void Write(string file, ReadOnlySpan<byte> bytes)
    {
        var next = $"{file}.{Guid.NewGuid():N}";
        try
        {
            using (var stream = new FileStream(next, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile, BufferSize = 0,
            }))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, file, overwrite: true);
        }
        catch
        {
            // Each try has a name of its own: on a full disk they would pile up.
            File.Delete(next);
            throw;
        }
    }
}
