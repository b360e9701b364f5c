using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>redis-cli, to a Redis in a pod.</summary>
public sealed class RedisTests
{
    private const int Commands = 20_000;

    private const string Script = """
        exec redis-server --bind "$POD_IP" --port 6379 --requirepass "$SECRET" --save '' --appendonly no --dir "$HOME"
        """;

    [Fact]
    public async Task RedisCli_LargeValueAndManyCommands_ArriveWholeAlsoDuringEdits()
    {
        RealProgram.Require("redis-server", "redis-server");
        await using var pod = await ServicePod.StartAsync(
            6379, CommandLine.Join(["-ec", Script]), new Dictionary<string, string> { ["SECRET"] = "correct-horse" });
        using var directory = new TempDirectory();
        var (value, commands) = (directory.File("value"), directory.File("commands"));
        var text = Convert.ToBase64String(await File.ReadAllBytesAsync(await ServicePod.NewFileAsync(directory, megabytes: 3), TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(value, text, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(commands, Enumerable.Range(0, Commands).Select(number => $"SET key-{number} {number}"), TestContext.Current.CancellationToken);

        await pod.TransferAsync(async () =>
        {
            Assert.Equal("OK\n", await RedisAsync(null, "FLUSHALL"));
            Assert.Equal("OK\n", await RedisAsync(value, "-x", "SET", "large"));
            Assert.EndsWith($"errors: 0, replies: {Commands}\n", await RedisAsync(commands, "--pipe"), StringComparison.Ordinal);
            Assert.Equal($"{Commands + 1}\n", await RedisAsync(null, "DBSIZE"));
            Assert.Equal($"{text}\n", await RedisAsync(null, "GET", "large"));
            Assert.Equal("19999\n", await RedisAsync(null, "GET", "key-19999"));
        });

        async Task<string> RedisAsync(string? input, params string[] arguments)
        {
            string[] all = ["-h", $"{pod.Address.Address}", "-p", $"{pod.Address.Port}", "--raw", .. arguments];
            var secret = ("REDISCLI_AUTH", "correct-horse");
            var (exitCode, output) = input is null
                ? await RealProgram.RunAsync("redis-cli", all, null, secret)
                : await RealProgram.RunWithInputAsync(input, "redis-cli", all, secret);
            Assert.Equal(0, exitCode);
            return output;
        }
    }
}
