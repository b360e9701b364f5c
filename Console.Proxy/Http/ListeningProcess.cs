using System.Globalization;

namespace PodConsole.Proxy.Http;

/// <summary>Finds the process behind a listening port, where the system tells (Linux, and only what this user may see).</summary>
internal static class ListeningProcess
{
    private const string ListenState = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The id of a process that listens on a TCP port; null when it cannot be found.</summary>
    public static int? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = InodesOf(port).Select(inode => $"socket:[{inode}]").ToHashSet();
        if (sockets.Count == 0)
        {
            return null;
        }

        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id) && Holds(directory, sockets))
            {
                return id;
            }
        }

        return null;
    }

    // Columns of /proc/net/tcp: number, local address:port in hexadecimal, remote, state, queues, timers, timeouts, user, -, inode.
    private static IEnumerable<string> InodesOf(int port) =>
        from file in Tables
        where File.Exists(file)
        from line in File.ReadLines(file).Skip(1)
        let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where columns.Length > 9 && columns[3] == ListenState
            && columns[1].EndsWith($":{port:X4}", StringComparison.Ordinal)
        select columns[9];

    private static bool Holds(string processDirectory, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(processDirectory, "fd"))
                .Any(link => new FileInfo(link).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Ended meanwhile, or another user's.
        }
    }
}
