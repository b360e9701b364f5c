using System.Buffers.Text;
using System.Text;

namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>One line of the process table.</summary>
/// <param name="Identity">Number and start time.</param>
/// <param name="Parent">Its parent's number.</param>
/// <param name="Session">Number of its session.</param>
/// <param name="Name">Its name, at most 15 bytes.</param>
/// <param name="HasEnded">Whether only its exit code is left.</param>
internal readonly record struct ProcessEntry(ProcessIdentity Identity, int Parent, int Session, string Name, bool HasEnded)
{
    /// <summary>Reads <c>/proc/pid/stat</c> (proc_pid_stat(5)); false when there is no such process.</summary>
    public static bool TryRead(int pid, out ProcessEntry entry)
    {
        entry = default;
        Span<byte> buffer = stackalloc byte[1024];
        try
        {
            using var file = File.OpenHandle($"/proc/{pid}/stat", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return TryParse(buffer[..RandomAccess.Read(file, buffer, 0)], out entry);
        }
        catch (IOException)
        {
            return false; // It ended meanwhile.
        }
        catch (UnauthorizedAccessException)
        {
            return false; // Hidden from this user (hidepid).
        }
    }

    /// <summary>Every process that this user may see.</summary>
    public static List<ProcessEntry> ReadAll()
    {
        var entries = new List<ProcessEntry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), out var pid) && TryRead(pid, out var entry))
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    // The name stands in brackets and may hold brackets and spaces, so the fields are counted from the last bracket.
    private static bool TryParse(ReadOnlySpan<byte> line, out ProcessEntry entry)
    {
        entry = default;
        var open = line.IndexOf((byte)'(');
        var close = line.LastIndexOf((byte)')');
        if (open < 0 || close < open || !Utf8Parser.TryParse(line, out int pid, out _))
        {
            return false;
        }

        int parent = 0, session = 0;
        long startTime = 0;
        var state = (byte)'?';
        var field = 2;
        foreach (var range in line[(close + 1)..].Split((byte)' '))
        {
            var value = line[(close + 1)..][range];
            _ = field switch
            {
                3 => (state = value[0]) > 0,
                4 => Utf8Parser.TryParse(value, out parent, out _),
                6 => Utf8Parser.TryParse(value, out session, out _),
                22 => Utf8Parser.TryParse(value, out startTime, out _),
                _ => true,
            };
            field++;
        }

        var name = Encoding.UTF8.GetString(line[(open + 1)..close]);
        entry = new(new(pid, startTime), parent, session, name, HasEnded: state is (byte)'Z' or (byte)'X');
        return startTime > 0;
    }
}
