namespace PodConsole.Runtimes.LocalProcess.Files;

/// <summary>Makes and deletes what a pod's program works on. Whatever a pod left there, links included, stays inside.</summary>
internal static class PodFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Shows the volume on the container disk where a container would mount it: <c>/workspace</c> is the link
    /// <c>workspace</c> in the working directory. A path that something else takes already is left alone.
    /// </summary>
    public static void LinkVolume(string disk, string mountPath, string volume)
    {
        var parts = mountPath.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ("." or "..")).ToList();
        var folder = disk;
        foreach (var (index, part) in parts.Index())
        {
            var path = Path.Combine(folder, part);
            var entry = new DirectoryInfo(path);
            var isLast = index == parts.Count - 1;
            if (entry.LinkTarget is not null || File.Exists(path) || (isLast && entry.Exists))
            {
                return;
            }

            if (isLast)
            {
                entry.CreateAsSymbolicLink(volume);
            }
            else
            {
                PodDirectory.Create(path);
                folder = path;
            }
        }
    }

    /// <summary>Deletes a directory with all in it. Links are deleted, not followed.</summary>
    public static void Delete(string path)
    {
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true })
        {
            File.Delete(path);
            return;
        }

        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return; // Gone already.
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // Programs leave folders that even their owner may not change (package caches do).
            Unlock(new(path));
            Directory.Delete(path, recursive: true);
        }
    }

    private static void Unlock(DirectoryInfo directory)
    {
        directory.UnixFileMode |= Owner;
        foreach (var child in directory.EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            Unlock(child);
        }
    }
}
