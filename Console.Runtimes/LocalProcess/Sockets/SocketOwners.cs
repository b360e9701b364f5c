using System.Globalization;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>Finds the processes that hold a socket, by their descriptors.</summary>
internal static class SocketOwners
{
    /// <summary>Whether one of these processes holds the socket.</summary>
    public static bool IsHeldByAny(IEnumerable<ProcessIdentity> processes, uint inode) =>
        processes.Any(process => Holds(process.Pid, LinkOf(inode)));

    /// <summary>The process that holds it, for people.</summary>
    public static string Describe(uint inode)
    {
        var link = LinkOf(inode);
        return ProcessEntry.ReadAll().FirstOrDefault(entry => Holds(entry.Identity.Pid, link)) is { Name: { } name } owner
            ? string.Create(CultureInfo.InvariantCulture, $"{name}, process {owner.Identity.Pid}")
            : "another process";
    }

    private static string LinkOf(uint inode) => string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");

    private static bool Holds(int pid, string link)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Any(file => new FileInfo(file).LinkTarget == link);
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
}
