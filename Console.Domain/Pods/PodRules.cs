using System.Text.RegularExpressions;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods;

/// <summary>The original's field rules but for the ports', which are in <see cref="PortRules"/>. All errors at once.</summary>
public static partial class PodRules
{
    /// <summary>Characters in a name.</summary>
    public const int MaxNameLength = 191;

    /// <summary>Environment variables of one pod.</summary>
    public const int MaxVariables = 50;

    /// <summary>Characters in one variable's value: what Linux takes for one string.</summary>
    public const int MaxValueLength = 32_768;

    /// <summary>Largest disk, whole GB.</summary>
    public const int MaxDiskGb = 100_000;

    private const string ReservedPrefix = "RUNPOD_";

    /// <summary>Checks all that <paramref name="edit"/> sets.</summary>
    /// <param name="edit">The change.</param>
    /// <param name="volumeDiskGb">The volume that is there now, whole GB: it can grow, never shrink.</param>
    /// <param name="maxTcpPorts">TCP ports that one pod may expose.</param>
    public static IReadOnlyList<FieldError> Check(PodEdit edit, int volumeDiskGb, int maxTcpPorts)
    {
        var errors = new List<FieldError>();
        void Add(string field, string? message)
        {
            if (message is not null)
            {
                errors.Add(new(field, message));
            }
        }

        Add(nameof(PodEdit.Name), edit.Name is { } name ? Name(name, "pod") : null);
        Add(nameof(PodEdit.Image), edit.Image is { } image ? Image(image) : null);
        Add(nameof(PodEdit.Command), edit.Command is { } command ? Command(command) : null);
        Add(nameof(PodEdit.ContainerDiskGb), edit.ContainerDiskGb is { } disk ? Disk(disk, 1) : null);
        Add(nameof(PodEdit.VolumeDiskGb), edit.VolumeDiskGb is { } volume ? Disk(volume, 0) ?? Shrink(volume, volumeDiskGb) : null);
        Add(nameof(PodEdit.VolumeMountPath), edit.VolumeMountPath is { } path ? MountPath(path) : null);
        if (edit.Environment is { } environment)
        {
            errors.AddRange(Variables(environment).Select(message => new FieldError(nameof(PodEdit.Environment), message)));
        }

        if (edit.Ports is { } ports)
        {
            errors.AddRange(PortRules.Check(ports, maxTcpPorts));
        }

        return errors;
    }

    /// <summary>Checks a name of a pod or template.</summary>
    public static string? Name(string name, string what) =>
        string.IsNullOrWhiteSpace(name) ? $"Give the {what} a name."
        : name.Length > MaxNameLength ? $"A name has at most {MaxNameLength} characters; this one has {name.Length}."
        : name.Any(char.IsControl) ? "A name is one line of visible characters."
        : null;

    /// <summary>Checks the program or image.</summary>
    public static string? Image(string image) =>
        string.IsNullOrWhiteSpace(image) ? "Name the program or image to run, for example demo."
        : image.Any(char.IsControl) || image.Length > 500 ? "This is not the name of a program or image."
        : null;

    /// <summary>Checks the command line.</summary>
    public static string? Command(string command) =>
        command.Contains('\0', StringComparison.Ordinal) ? "A command cannot contain a NUL character."
        : command.Length > MaxValueLength ? $"A command has at most {MaxValueLength} characters."
        : CommandLine.TrySplit(command, out _, out var problem) ? null : problem;

    /// <summary>Checks the mount path of a volume.</summary>
    public static string? MountPath(string path) =>
        path.Length == 0 ? null
        : !path.StartsWith('/') || path.Length > 500 || path.Any(char.IsControl) || path.Split('/').Contains("..")
            ? "Give an absolute path such as /workspace."
            : null;

    /// <summary>Checks an environment.</summary>
    public static IEnumerable<string> Variables(IReadOnlyList<EnvironmentVariable> environment)
    {
        if (environment.Count > MaxVariables)
        {
            yield return $"{environment.Count} variables are too many: at most {MaxVariables}.";
        }

        foreach (var (name, value, _) in environment)
        {
            var shown = name.Length <= 40 ? name : name[..40] + "…";
            if (!VariableName().IsMatch(name))
            {
                yield return name.Length == 0
                    ? "A variable has no name."
                    : $"'{shown}' is not a variable name: letters, digits and _, not starting with a digit.";
            }
            else if (name.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase))
            {
                yield return $"{shown} is reserved: names that start with RUNPOD_ are set by the console.";
            }

            if (value.Length > MaxValueLength || value.Contains('\0', StringComparison.Ordinal))
            {
                yield return $"The value of {shown} is too long, or contains a NUL character.";
            }
        }

        foreach (var twice in environment.GroupBy(variable => variable.Name).Where(group => group.Key.Length > 0 && group.Count() > 1))
        {
            yield return $"{twice.Key} is set twice.";
        }
    }

    private static string? Disk(int gigabytes, int least) =>
        gigabytes < least || gigabytes > MaxDiskGb ? $"Give whole GB, {least} to {MaxDiskGb:N0}." : null;

    private static string? Shrink(int wanted, int saved) =>
        wanted < saved ? $"A volume can grow but never shrink: it has {saved} GB now." : null;

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
