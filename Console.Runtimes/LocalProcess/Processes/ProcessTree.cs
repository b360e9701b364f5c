namespace PodConsole.Runtimes.LocalProcess.Processes;

/// <summary>Which processes belong together.</summary>
internal static class ProcessTree
{
    /// <summary>All that descend from a process, in sessions of their own too, but those that have ended.</summary>
    public static List<ProcessIdentity> DescendantsOf(int pid)
    {
        var children = ProcessEntry.ReadAll().ToLookup(entry => entry.Parent);
        var found = new List<ProcessIdentity>();
        var parents = new Queue<int>([pid]);
        while (parents.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                parents.Enqueue(child.Identity.Pid);
                if (!child.HasEnded)
                {
                    found.Add(child.Identity);
                }
            }
        }

        return found;
    }

    /// <summary>
    /// What is left of a pod whose supervisor is gone, so that nothing ties its processes together any more but the session
    /// of its program and the pod's id in their environment.
    /// </summary>
    /// <param name="program">The pod's program, whose number is the session's; null when it is not known.</param>
    /// <param name="cookie">A variable that only this pod's processes have, <c>NAME=value</c>.</param>
    public static List<ProcessIdentity> LeftOversOf(ProcessIdentity? program, string cookie)
    {
        var entries = ProcessEntry.ReadAll();

        // Somebody else may lead a session of the same number by now.
        var session = program is { } leader && !entries.Exists(entry => entry.Identity.Pid == leader.Pid && entry.Identity != leader)
            ? leader.Pid
            : (int?)null;
        return
        [
            .. entries.Where(entry => !entry.HasEnded && (entry.Session == session || HasVariable(entry.Identity.Pid, cookie)))
                .Select(entry => entry.Identity),
        ];
    }

    private static bool HasVariable(int pid, string variable)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains(variable);
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
