namespace PodConsole.Tests.Support;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its top directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the tests were built.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "console.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"There is no console.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
