using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>A pod that runs sshd and lets its owner's key in, and how a client gets there.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    /// <summary>What sshd listens on inside the pod.</summary>
    public const int Port = 2222;

    private readonly TempDirectory _directory;

    private SshServer(TempDirectory directory, ServicePod pod) => (_directory, Pod) = (directory, pod);

    public ServicePod Pod { get; }

    /// <summary>Who signs in, and where: <c>me@192.0.2.1</c>.</summary>
    public string Destination => $"{Environment.UserName}@{Pod.Address.Address}";

    /// <summary>Options of ssh, scp and what runs ssh: this server's key pair and nothing of whoever runs the tests.</summary>
    public IReadOnlyList<string> Options =>
    [
        "-F", "/dev/null", "-i", _directory.File("key"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
        "-o", $"UserKnownHostsFile={_directory.File("known_hosts")}", "-o", "StrictHostKeyChecking=accept-new",
    ];

    public static async Task<SshServer> StartAsync()
    {
        RealProgram.Require("sshd", "openssh-server");
        var directory = new TempDirectory();
        await RealProgram.OutputOfAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "me@example.org", "-f", directory.File("key")]);
        var publicKey = await File.ReadAllTextAsync(directory.File("key.pub"), TestContext.Current.CancellationToken);
        return new(directory, await ServicePod.StartAsync(Port, await ReadCommandAsync(), publicKey: publicKey.Trim()));
    }

    /// <summary>Arguments of ssh that lead to this server, by another way if the caller knows one.</summary>
    public IReadOnlyList<string> To(IPEndPoint? address = null, params string[] options)
    {
        var (host, port) = ((address ?? Pod.Address).Address, (address ?? Pod.Address).Port);
        return [.. Options, .. options, "-p", $"{port}", $"{Environment.UserName}@{host}"];
    }

    // The one that the guide gives to people.
    private static async Task<string> ReadCommandAsync()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "expose-ports.md"), TestContext.Current.CancellationToken);
        var section = guide[guide.IndexOf("### An SSH server in a process pod", StringComparison.Ordinal)..];
        return section.Split("```")[1]["sh\n".Length..];
    }

    public async ValueTask DisposeAsync()
    {
        await Pod.DisposeAsync();
        _directory.Dispose();
    }
}
