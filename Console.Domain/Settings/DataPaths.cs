namespace PodConsole.Domain.Settings;

/// <summary>Where the console keeps what it must not lose.</summary>
/// <param name="Root">The data directory, absolute.</param>
public sealed record DataPaths(string Root)
{
    /// <summary>The database file.</summary>
    public string Database => Path.Combine(Root, "console.db");

    /// <summary>Keys that protect cookies and secret variables.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>The local certificate authority and what it signed.</summary>
    public string Certificates => Path.Combine(Root, "certificates");

    /// <summary>One directory per process pod.</summary>
    public string Pods => Path.Combine(Root, "pods");

    /// <summary>Resolves <see cref="ConsoleSettings.DataDirectory"/> against a directory.</summary>
    public static DataPaths Of(ConsoleSettings settings, string baseDirectory) =>
        new(Path.GetFullPath(settings.DataDirectory, baseDirectory));

    /// <summary>Makes the directory and the one for keys, each for its owner only.</summary>
    public DataPaths Create()
    {
        CreateForOwner(Root);
        CreateForOwner(Keys);
        return this;
    }

    private static void CreateForOwner(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
