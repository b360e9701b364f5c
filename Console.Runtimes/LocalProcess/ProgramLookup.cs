namespace PodConsole.Runtimes.LocalProcess;

/// <summary>Finds the program that a pod's image names.</summary>
/// <param name="command">How to start the shipped demo workload.</param>
/// <param name="searchPath">Directories that programs are looked up in, separated by colons.</param>
internal sealed class ProgramLookup(SupervisorCommand command, string searchPath)
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Finds <c>demo</c>, an absolute path, or a name on the search path.</summary>
    /// <param name="image">The image.</param>
    /// <param name="program">The program, an absolute path.</param>
    /// <param name="leading">Arguments that come before the pod's own.</param>
    /// <param name="problem">Why there is none, for people.</param>
    public bool TryFind(string image, out string program, out IReadOnlyList<string> leading, out string problem)
    {
        (program, leading, problem) = (image, [], "");
        if (image == LocalProcessVerbs.Demo)
        {
            (program, leading) = (command.FileName, command.With(LocalProcessVerbs.Demo));
            return true;
        }

        if (!Path.IsPathRooted(image))
        {
            return TryFindByName(image, out program, out problem);
        }

        problem = Directory.Exists(image) ? $"{image} is a folder. Name the program in it."
            : !File.Exists(image) ? $"There is no program {image} on this machine. Install it, or correct the path."
            : !IsExecutable(image) ? $"{image} is not executable. Allow it (chmod +x), or name its interpreter as the image and the file as its argument."
            : "";
        return problem.Length == 0;
    }

    private bool TryFindByName(string name, out string program, out string problem)
    {
        (program, problem) = ("", "");
        if (name.Contains('/', StringComparison.Ordinal))
        {
            problem = $"'{name}' is neither a name nor an absolute path. Container images need a container runtime; here, name a program such as python3, /usr/bin/python3 or demo.";
            return false;
        }

        program = searchPath.Split(':').Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(file => File.Exists(file) && IsExecutable(file)) ?? "";
        if (program.Length == 0)
        {
            problem = $"There is no program '{name}' on the console's PATH. Install it on this machine, or give an absolute path.";
        }

        return program.Length > 0;
    }

    private static bool IsExecutable(string file) => (File.GetUnixFileMode(file) & AnyExecute) != 0;
}
