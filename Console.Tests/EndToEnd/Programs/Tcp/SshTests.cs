using System.Diagnostics;
using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>OpenSSH, to an sshd in a pod: commands, terminals, copies, forwarding.</summary>
[Collection(typeof(SshCollection))]
public sealed class SshTests(SharedSshServer shared)
{
    [Fact]
    public async Task Ssh_CommandAndTerminal_WorkLikeAnywhereAlsoDuringEdits()
    {
        var server = await shared.StartAsync();
        using var directory = new TempDirectory();
        var typed = directory.File("typed");
        await File.WriteAllTextAsync(typed, "tty\nstty size\nexit 5\n", TestContext.Current.CancellationToken);

        await server.Pod.TransferAsync(async () =>
        {
            var command = await RealProgram.RunAsync("ssh", [.. server.To(), "echo $((6 * 7)); exit 3"]);
            var (exitCode, screen) = await RealProgram.RunWithInputAsync(typed, "ssh", server.To(null, "-tt"));

            Assert.Equal((3, "42\n"), command);
            Assert.Equal(5, exitCode);
            Assert.Contains("/dev/pts/", screen, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Ssh_Streams_ArriveWholeEachWayAlsoDuringEdits()
    {
        var server = await shared.StartAsync();
        using var directory = new TempDirectory();
        var sent = await ServicePod.NewFileAsync(directory, megabytes: 4);
        var (there, back) = (directory.File("there"), directory.File("back"));

        await server.Pod.TransferAsync(() => StreamAsync(server, null, sent, there, back));
    }

    [Fact]
    public async Task Scp_EachWay_ArrivesWholeAlsoDuringEdits()
    {
        var server = await shared.StartAsync();
        using var directory = new TempDirectory();
        var sent = await ServicePod.NewFileAsync(directory, megabytes: 4);
        var (there, back) = (directory.File("there"), directory.File("back"));
        string[] scp = [.. server.Options, "-q", "-P", $"{server.Pod.Address.Port}"];

        await server.Pod.TransferAsync(async () =>
        {
            await RealProgram.OutputOfAsync("scp", [.. scp, sent, $"{server.Destination}:{there}"]);
            await RealProgram.OutputOfAsync("scp", [.. scp, $"{server.Destination}:{there}", back]);
            await ServicePod.AssertSameAsync(sent, there);
            await ServicePod.AssertSameAsync(sent, back);
        });
    }

    // The way in goes to the same sshd once more, as seen from inside.
    [Fact]
    public async Task Ssh_LocalForward_CarriesAnotherConnectionAlsoDuringEdits()
    {
        var server = await shared.StartAsync();
        using var directory = new TempDirectory();
        var sent = await ServicePod.NewFileAsync(directory, megabytes: 4);
        var (there, back) = (directory.File("there"), directory.File("back"));
        var podAddress = (await RealProgram.OutputOfAsync("ssh", [.. server.To(), "echo ${SSH_CONNECTION% *}"])).Trim().Split(' ')[^1];
        var entrance = new IPEndPoint(TcpGateway.NewAddress(), 20000);
        using var tunnel = Process.Start(new ProcessStartInfo(
            "ssh", [.. server.To(null, "-o", "ExitOnForwardFailure=yes", "-L", $"{entrance}:{podAddress}:{SshServer.Port}"), "echo open; exec cat"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("open", await tunnel.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

            await server.Pod.TransferAsync(() => StreamAsync(server, entrance, sent, there, back));

            Assert.False(tunnel.HasExited);
        }
        finally
        {
            tunnel.Kill();
        }
    }

    private static async Task StreamAsync(SshServer server, IPEndPoint? address, string sent, string there, string back)
    {
        Assert.Equal((0, ""), await RealProgram.RunWithInputAsync(sent, "ssh", [.. server.To(address), $"cat > {there}"]));
        await RealProgram.OutputOfAsync("sh", ["-c", "file=$1; shift; exec \"$@\" > \"$file\"", "sh", back, "ssh", .. server.To(address), $"cat {there}"]);
        await ServicePod.AssertSameAsync(sent, there);
        await ServicePod.AssertSameAsync(sent, back);
    }
}
