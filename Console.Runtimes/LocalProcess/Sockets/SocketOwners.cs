using System.Buffers.Text;
using System.Globalization;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>Finds the processes that hold a socket, by their descriptors.</summary>
internal static class SocketOwners
{
    /// <summary>The sockets that these processes hold, by their inodes.</summary>
    public static HashSet<uint> SocketsOf(IEnumerable<ProcessIdentity> processes) => [.. processes.SelectMany(process => SocketsOf(process.Pid))];

    /// <summary>The process that holds it, for people.</summary>
    public static string Describe(uint inode) =>
        ProcessEntry.ReadAll().FirstOrDefault(entry => SocketsOf(entry.Identity.Pid).Contains(inode)) is { Name: { } name } owner
            ? string.Create(CultureInfo.InvariantCulture, $"{name}, process {owner.Identity.Pid}")
            : "another process";

    private static List<uint> SocketsOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Select(SocketOf).OfType<uint>()];
        }
        catch (IOException)
        {
            return []; // It ended meanwhile.
        }
        catch (UnauthorizedAccessException)
        {
            return []; // Another user's.
        }
    }

    // Not FileInfo.LinkTarget: a busy machine has tens of thousands of descriptors.
    private static unsafe uint? SocketOf(string file)
    {
        var target = stackalloc byte[64];
        var length = (int)Libc.ReadLink(file, target, 64);
        var link = new ReadOnlySpan<byte>(target, Math.Max(length, 0));
        return link.StartsWith("socket:["u8) && Utf8Parser.TryParse(link["socket:[".Length..], out uint inode, out _) ? inode : null;
    }
}
