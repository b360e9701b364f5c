using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>git over ssh, to a repository in a pod.</summary>
[Collection(typeof(SshCollection))]
public sealed class GitOverSshTests(SharedSshServer shared)
{
    [Fact]
    public async Task CloneAndPush_LargeFile_ArrivesByteByByteAlsoDuringEdits()
    {
        var server = await shared.StartAsync();
        using var directory = new TempDirectory();
        var (bare, first, second) = (directory.File("project.git"), directory.File("first"), directory.File("second"));
        await RealProgram.OutputOfAsync("ssh", [.. server.To(), $"git init -q --bare {bare}"]);
        var url = $"ssh://{Environment.UserName}@{server.Pod.Address}{bare}";
        await GitAsync(directory.Path, "clone", "-q", url, first);

        await server.Pod.TransferAsync(async () =>
        {
            File.Move(await ServicePod.NewFileAsync(directory, megabytes: 3), Path.Combine(first, "large"), overwrite: true);
            await GitAsync(first, "add", "large");
            await GitAsync(first, "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qm", "large");
            await GitAsync(first, "push", "-q", "origin", "HEAD");
            await GitAsync(directory.Path, "clone", "-q", url, second);
            await ServicePod.AssertSameAsync(Path.Combine(first, "large"), Path.Combine(second, "large"));
            Directory.Delete(second, recursive: true);
        });

        Task<string> GitAsync(string folder, params string[] arguments) => RealProgram.OutputOfAsync(
            "git", arguments, folder, ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_SSH_COMMAND", $"ssh {string.Join(' ', server.Options)}"));
    }
}
