namespace PodConsole.Tests.Support;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TempDirectory : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("pod-console-test-").FullName;

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>The same while processes that are ending may still write to it: whether it is gone.</summary>
    public bool TryDelete()
    {
        try
        {
            Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
