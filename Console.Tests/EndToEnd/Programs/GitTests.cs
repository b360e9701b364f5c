using System.Security.Cryptography;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>git over HTTPS, to a server in a pod.</summary>
public sealed class GitTests
{
    private static readonly int Megabytes = LoadSize.Of(5, 50);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("524288000")]
    [InlineData("65536")]
    [Trait("Load", "git")]
    public async Task CloneAndPush_LargeFile_ArrivesByteByByte(string postBuffer)
    {
        using var directory = new TempDirectory();
        var (bare, first, second) = (directory.File("project.git"), directory.File("first"), directory.File("second"));
        await GitAsync(directory.Path, "init", "-q", "--bare", bare);
        await using var service = await HttpService.StartAsync(context => GitService.AnswerAsync(context, directory.Path));
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port, "/project.git").AbsoluteUri;
        string[] client = ["-c", $"http.postBuffer={postBuffer}"];

        await GitAsync(directory.Path, gateway, [.. client, "clone", "-q", url, first]);
        await File.WriteAllBytesAsync(Path.Combine(first, "large"), RandomNumberGenerator.GetBytes(Megabytes << 20), Cancel);
        await GitAsync(first, "add", "large");
        await GitAsync(first, "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qm", "large");
        await GitAsync(first, gateway, [.. client, "push", "-q", "origin", "HEAD"]);
        await GitAsync(directory.Path, gateway, [.. client, "clone", "-q", url, second]);

        Assert.Equal(
            SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(first, "large"), Cancel)),
            SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(second, "large"), Cancel)));
    }

    private static Task<string> GitAsync(string directory, params string[] arguments) => GitAsync(directory, null, arguments);

    private static Task<string> GitAsync(string directory, GatewayHost? gateway, string[] arguments) => RealProgram.OutputOfAsync(
        "git", arguments, directory,
        ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_SSL_CAINFO", gateway?.CertificatePath ?? ""));
}
