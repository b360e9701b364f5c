using System.Runtime.Versioning;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.LocalProcess;

/// <summary>How the file with a pod's mapping is replaced, whatever the pod's program does with it.</summary>
[SupportedOSPlatform("linux")]
public sealed class PortsFileReplacementTests : IDisposable
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private PodDirectory Pod => new(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task WritePorts_SomebodyReadsAllTheTime_SeesEachMappingWholeAndItsOwnerAloneMay()
    {
        string[] mappings = [new('a', 100_000), new('b', 70_000)];
        Pod.WritePorts(mappings[0]);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() => ReadUntil(done.Token), Cancelled);

        for (var turn = 1; turn <= 100; turn++)
        {
            Pod.WritePorts(mappings[turn % 2]);
        }

        await done.CancelAsync();
        var (seen, modes) = await reading;
        Assert.Subset(mappings.ToHashSet(), seen);
        Assert.Equal([OwnersAlone], modes);
        Assert.Equal([Pod.Ports], Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void WritePorts_SameMapping_LeavesTheFileAlone()
    {
        Pod.WritePorts("the mapping");
        File.SetLastWriteTimeUtc(Pod.Ports, DateTime.UnixEpoch);

        Pod.WritePorts("the mapping");

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(Pod.Ports));
    }

    [Theory]
    [InlineData("mkfifo \"$1\"")]
    [InlineData("mkfifo \"$1.pipe\"; ln -s \"$1.pipe\" \"$1\"")]
    [InlineData("ln -s /dev/zero \"$1\"")]
    [InlineData("ln -s nowhere \"$1\"")]
    [InlineData("printf 'the napping' > \"$1\"")]
    public async Task WritePorts_PodPutSomethingElseThere_ReplacesItAtOnce(string script)
    {
        Pod.WritePorts("the mapping");
        File.Delete(Pod.Ports);
        await RealProgram.OutputOfAsync("sh", ["-c", script, "sh", Pod.Ports]);

        await Task.Run(() => Pod.WritePorts("the mapping"), Cancelled).WaitAsync(Eventually.Deadline, Cancelled);

        Assert.Null(new FileInfo(Pod.Ports).LinkTarget);
        Assert.Equal("the mapping", await File.ReadAllTextAsync(Pod.Ports, Cancelled));
    }

    private (HashSet<string> Texts, HashSet<UnixFileMode> Modes) ReadUntil(CancellationToken done)
    {
        var (texts, modes) = (new HashSet<string>(), new HashSet<UnixFileMode>());
        do
        {
            using var file = File.OpenRead(Pod.Ports);
            modes.Add(File.GetUnixFileMode(file.SafeFileHandle));
            texts.Add(new StreamReader(file).ReadToEnd());
        }
        while (!done.IsCancellationRequested);

        return (texts, modes);
    }
}
