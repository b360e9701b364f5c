using System.Runtime.Versioning;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Files;

namespace PodConsole.Tests.Runtimes.LocalProcess;

[SupportedOSPlatform("linux")]
public sealed class PodFilesTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ProcessPods _pods = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NextDiskGeneration_IsEmptyAndTheVolumeIsKept()
    {
        var spec = _pods.Script("ls; touch on-disk $POD_VOLUME/on-volume") with { VolumeDiskGb = 1, VolumeMountPath = "/" };
        await _pods.RunAsync(spec);
        await _pods.RunAsync(spec with { Generation = 2 });
        Assert.Contains(await _pods.LogAsync(spec.PodId), line => line is { Source: LogSource.Stdout, Text: "on-disk" });

        await _pods.Runtime.ClearDisksAsync(spec.PodId, 2, Cancelled);
        Assert.False(Directory.Exists(_pods.PathOf(spec.PodId, "disk-1")));
        await _pods.RunAsync(spec with { Generation = 3, DiskGeneration = 2 });

        Assert.Single(await _pods.LogAsync(spec.PodId), line => line is { Source: LogSource.Stdout, Text: "on-disk" });
        Assert.True(File.Exists(_pods.PathOf(spec.PodId, "volume/on-volume")));
    }

    [Theory]
    [InlineData("/workspace", "workspace")]
    [InlineData("/data/models/", "data/models")]
    public async Task Start_VolumeMountPath_IsALinkInTheWorkingDirectory(string mountPath, string link)
    {
        var spec = _pods.Script($"echo kept > {link}/file") with { VolumeDiskGb = 1, VolumeMountPath = mountPath };
        await _pods.RunAsync(spec);
        Assert.Equal("kept\n", await File.ReadAllTextAsync(_pods.PathOf(spec.PodId, "volume/file"), Cancelled));
        Assert.Equal(0, (await _pods.RunAsync(spec with { Generation = 2 })).ExitCode);
    }

    [Fact]
    public async Task Start_LinkLeftWhereTheMountPathGoes_IsNotFollowed()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_pods.Paths.Root, "outside")).FullName;
        var spec = _pods.Script("true") with { VolumeDiskGb = 1, VolumeMountPath = "/data/models" };
        PodDirectory.Create(_pods.PathOf(spec.PodId, "disk-1"));
        File.CreateSymbolicLink(_pods.PathOf(spec.PodId, "disk-1/data"), outside);

        await _pods.RunAsync(spec);

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public async Task Start_Directories_AreReadableByTheirOwnerOnly()
    {
        var spec = _pods.Script("true") with { VolumeDiskGb = 1 };
        await _pods.RunAsync(spec);
        foreach (var name in new[] { "", "disk-1", "disk-1/tmp", "volume", "logs" })
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(_pods.PathOf(spec.PodId, name)));
        }
    }

    [Fact]
    public async Task Remove_RunningPodWithLinksOutside_LeavesTheirTargetsAlone()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_pods.Paths.Root, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "precious"), "data", Cancelled);
        var spec = _pods.Script("ln -s \"$1\" link; ln -s \"$1\" $POD_VOLUME/link; ln -s \"$1/precious\" file; echo ready; sleep 60", outside) with { VolumeDiskGb = 1 };
        await _pods.StartAsync(spec);
        await _pods.WaitForOutputAsync(spec.PodId, "ready");

        await _pods.Runtime.RemoveAsync(spec.PodId, Cancelled);

        Assert.False(Directory.Exists(_pods.PathOf(spec.PodId, "")));
        Assert.Equal("data", await File.ReadAllTextAsync(Path.Combine(outside, "precious"), Cancelled));
        Assert.Null(await _pods.Runtime.InspectAsync(spec.PodId, Cancelled));
        await _pods.Runtime.RemoveAsync(spec.PodId, Cancelled);
    }

    [Fact]
    public async Task ClearDisks_DiskThatIsALink_DeletesTheLink()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_pods.Paths.Root, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "precious"), "data", Cancelled);
        var spec = _pods.Spec("true");
        PodDirectory.Create(_pods.PathOf(spec.PodId, ""));
        File.CreateSymbolicLink(_pods.PathOf(spec.PodId, "disk-1"), outside);

        await _pods.Runtime.ClearDisksAsync(spec.PodId, 2, Cancelled);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_pods.PathOf(spec.PodId, "")));
        Assert.True(File.Exists(Path.Combine(outside, "precious")));
    }

    [Fact]
    public async Task Delete_FoldersThatEvenTheirOwnerMayNotChange_AreGone()
    {
        var spec = _pods.Script("mkdir -p cache/package; touch cache/package/file; chmod 500 cache cache/package");
        await _pods.RunAsync(spec);
        await _pods.Runtime.ClearDisksAsync(spec.PodId, 2, Cancelled);
        Assert.False(Directory.Exists(_pods.PathOf(spec.PodId, "disk-1")));
    }

    [Fact]
    public void WritePorts_ReaderHasTheOldFileOpen_SeesItWhole()
    {
        var directory = new PodDirectory(_pods.PathOf(PodId.New(), ""));
        PodDirectory.Create(directory.Path);
        directory.WritePorts("the old mapping");
        using var reader = new FileStream(directory.Ports, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Assert.Equal('t', reader.ReadByte());

        directory.WritePorts("new");

        Assert.Equal("he old mapping", new StreamReader(reader).ReadToEnd());
        Assert.Equal("new", File.ReadAllText(directory.Ports));
    }

    [Fact]
    public void WritePorts_CannotBeReplaced_LeavesNothingBehind()
    {
        var directory = new PodDirectory(_pods.PathOf(PodId.New(), ""));
        PodDirectory.Create(Path.Combine(directory.Ports, "in the way"));

        Assert.ThrowsAny<SystemException>(() => directory.WritePorts("{}"));

        Assert.Equal([directory.Ports], Directory.EnumerateFileSystemEntries(directory.Path));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pods.DisposeAsync();
}
