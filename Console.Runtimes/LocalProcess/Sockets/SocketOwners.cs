using System.Globalization;
using System.Text;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>Finds the processes that hold a socket, by their descriptors.</summary>
internal static class SocketOwners
{
    /// <summary>Whether one of these processes holds the socket.</summary>
    public static bool IsHeldByAny(IEnumerable<ProcessIdentity> processes, uint inode) =>
        LinkOf(inode) is var link && processes.Any(process => Holds(process.Pid, link));

    /// <summary>The process that holds it, for people.</summary>
    public static string Describe(uint inode)
    {
        var link = LinkOf(inode);
        return ProcessEntry.ReadAll().FirstOrDefault(entry => Holds(entry.Identity.Pid, link)) is { Name: { } name } owner
            ? string.Create(CultureInfo.InvariantCulture, $"{name}, process {owner.Identity.Pid}")
            : "another process";
    }

    private static byte[] LinkOf(uint inode) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]"));

    private static bool Holds(int pid, byte[] link)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Any(file => LinksTo(file, link));
        }
        catch (IOException)
        {
            return false; // It ended meanwhile.
        }
        catch (UnauthorizedAccessException)
        {
            return false; // Another user's.
        }
    }

    // Not FileInfo.LinkTarget: a busy machine has tens of thousands of descriptors.
    private static unsafe bool LinksTo(string file, ReadOnlySpan<byte> link)
    {
        var target = stackalloc byte[64];
        var length = (int)Libc.ReadLink(file, target, 64);
        return length > 0 && link.SequenceEqual(new(target, length));
    }
}
