using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>rsync, over ssh and to a daemon of its own.</summary>
[Collection(typeof(SshCollection))]
public sealed class RsyncTests(SharedSshServer shared)
{
    private const string DaemonScript = """
        umask 077
        cat > rsyncd.conf <<END
        use chroot = no
        uid = $(id -u)
        gid = $(id -g)
        pid file = $HOME/rsyncd.pid
        [files]
          path = $FILES
          read only = no
          munge symlinks = no
          auth users = pod
          secrets file = $HOME/secrets
        END
        printf 'pod:%s\n' "$SECRET" > secrets
        exec rsync --daemon --no-detach --config=rsyncd.conf --log-file=/dev/stderr --address="$POD_IP" --port=8730
        """;

    [Fact]
    public async Task Rsync_OverSsh_MirrorsATreeAlsoDuringEdits()
    {
        RealProgram.Require("rsync", "rsync");
        var server = await shared.StartAsync();
        using var directory = new TempDirectory();
        var shell = string.Join(' ', server.Options);

        await MirrorAsync(server.Pod, directory, (from, to) => RealProgram.OutputOfAsync(
            "rsync", ["-a", "--checksum", "--delete", "-e", $"ssh {shell} -p {server.Pod.Address.Port}", $"{from}/", $"{server.Destination}:{to}/"]));
    }

    [Fact]
    public async Task Rsync_ToADaemon_MirrorsATreeAlsoDuringEdits()
    {
        RealProgram.Require("rsync", "rsync");
        using var directory = new TempDirectory();
        await using var pod = await ServicePod.StartAsync(
            8730, CommandLine.Join(["-ec", DaemonScript]), new Dictionary<string, string> { ["FILES"] = directory.Path, ["SECRET"] = "correct horse" });
        var root = $"rsync://pod@{pod.Address}/files/";

        await MirrorAsync(pod, directory, (from, to) => RealProgram.OutputOfAsync(
            "rsync", ["-a", "--checksum", "--delete", $"{from}/", $"{root}{Path.GetFileName(to)}/"], null, ("RSYNC_PASSWORD", "correct horse")));
    }

    // All of it at first, then what changed (rsync itself looks at whole seconds only, unless it compares contents).
    private static async Task MirrorAsync(ServicePod pod, TempDirectory directory, Func<string, string, Task> rsync)
    {
        var (source, mirror) = (directory.File("source"), directory.File("mirror"));
        Directory.CreateDirectory(Path.Combine(source, "many"));
        for (var number = 0; number < 200; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(source, "many", $"{number}"), $"file {number}", TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(Path.Combine(source, "link"), "many/7");
        await pod.TransferAsync(async () =>
        {
            File.Move(await ServicePod.NewFileAsync(directory, megabytes: 4), Path.Combine(source, "large"), overwrite: true);
            await rsync(source, mirror);
            await AssertMirroredAsync();
            await using (var large = File.OpenWrite(Path.Combine(source, "large")))
            {
                large.Seek(1 << 20, SeekOrigin.Begin);
                large.Write("changed in the middle"u8);
            }

            File.Delete(Path.Combine(source, "many", "0"));
            await rsync(source, mirror);
            await AssertMirroredAsync();
            Directory.Delete(mirror, recursive: true);
            await File.WriteAllTextAsync(Path.Combine(source, "many", "0"), "file 0", TestContext.Current.CancellationToken);
        });

        async Task AssertMirroredAsync() => Assert.Equal(
            "", await RealProgram.OutputOfAsync("diff", ["--recursive", "--no-dereference", source, mirror]));
    }
}
