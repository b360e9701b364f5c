using System.Runtime.Versioning;
using System.Text;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.LocalProcess;

[SupportedOSPlatform("linux")]
public sealed class ProcessStartTests : IAsyncLifetime
{
    private readonly ProcessPods _pods = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_Demo_AnswersOnThePodsOwnAddress()
    {
        var spec = _pods.Spec("demo");
        var instance = await _pods.StartAsync(spec);

        Assert.True(instance.IsRunning);
        Assert.True(_pods.Runtime.Capabilities.Addresses!.Value.Contains(instance.Address!));
        await _pods.WaitForOutputAsync(spec.PodId, $"HTTP on {instance.Address}:4000.");
        using var client = new HttpClient();
        Assert.Equal($"{instance.ProcessId}", await client.GetStringAsync($"http://{instance.Address}:4000/pid", Cancelled));
    }

    [Fact]
    public async Task Start_Environment_IsExactlyTheGivenOne()
    {
        Environment.SetEnvironmentVariable("CONSOLE_CANARY", "a secret of the console");
        var spec = _pods.Script("read line") with { VolumeDiskGb = 1 };
        spec = spec with
        {
            Image = "/bin/sleep",
            Arguments = ["60"],
            Environment = [.. spec.Environment, new("LANG", "de_DE.UTF-8"), new("SPACES AND", "a b\n=c"), new("POD_IP", "1.2.3.4")],
        };
        var instance = await _pods.StartAsync(spec);

        var disk = _pods.PathOf(spec.PodId, "disk-1");
        var actual = await File.ReadAllTextAsync($"/proc/{instance.ProcessId}/environ", Cancelled);
        string[] expected =
        [
            $"PATH={Environment.GetEnvironmentVariable("PATH")}", $"HOME={disk}", "LANG=de_DE.UTF-8", $"TMPDIR={disk}/tmp",
            $"RUNPOD_POD_ID={spec.PodId}", "SPACES AND=a b\n=c", $"POD_IP={instance.Address}",
            $"POD_VOLUME={_pods.PathOf(spec.PodId, "volume")}", $"POD_PORTS_FILE={_pods.PathOf(spec.PodId, "ports.json")}",
        ];
        Assert.Equal(expected.Order(), actual.TrimEnd('\0').Split('\0').Order());
    }

    [Fact]
    public async Task Start_Supervisor_HasNothingOfTheConsolesEnvironmentAndNoSecretInItsArguments()
    {
        Environment.SetEnvironmentVariable("CONSOLE_CANARY", "a secret of the console");
        var spec = _pods.Spec("/bin/sleep", "60");
        spec = spec with { Environment = [.. spec.Environment, new("PASSWORD", "swordfish", IsSecret: true)] };
        await _pods.StartAsync(spec);

        var supervisor = Supervisors.Of(_pods, spec.PodId);
        Assert.DoesNotContain("CANARY", await File.ReadAllTextAsync($"/proc/{supervisor}/environ", Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", await File.ReadAllTextAsync($"/proc/{supervisor}/environ", Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", await File.ReadAllTextAsync($"/proc/{supervisor}/cmdline", Cancelled), StringComparison.Ordinal);
        var files = Directory.EnumerateFiles(_pods.Paths.Root, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "lock");
        Assert.DoesNotContain(files, file => File.ReadAllText(file).Contains("swordfish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_HostileArguments_ArriveByteEqualAndMakeNoFiles()
    {
        var spec = _pods.Script("while :; do sleep 60; done", Payloads.Hostile);
        var instance = await _pods.StartAsync(spec);

        var given = Encoding.UTF8.GetBytes(string.Join('\0', ["/bin/sh", .. spec.Arguments, ""]));
        Assert.Equal(given, await File.ReadAllBytesAsync($"/proc/{instance.ProcessId}/cmdline", Cancelled));
        Assert.Equal([_pods.PathOf(spec.PodId, "disk-1/tmp")], Directory.EnumerateFileSystemEntries(_pods.PathOf(spec.PodId, "disk-1")));
        Assert.True(Payloads.Hostile.Length >= 30);
    }

    [Fact]
    public async Task Start_Program_LeadsASessionOfItsOwnInItsDiskWithNoInheritedDescriptors()
    {
        var spec = _pods.Script("readlink /proc/$$/cwd; ls -l /proc/$$/fd; cut -d' ' -f5,6 /proc/$$/stat; echo done");
        var instance = await _pods.RunAsync(spec);

        var lines = (await _pods.LogAsync(spec.PodId)).Where(line => line.Source == LogSource.Stdout).Select(line => line.Text).ToList();
        Assert.Equal(_pods.PathOf(spec.PodId, "disk-1"), lines[0]);
        Assert.Contains($"{instance.ProcessId} {instance.ProcessId}", lines);
        var descriptors = lines.Where(line => line.Contains("->", StringComparison.Ordinal)).ToList();
        Assert.True(descriptors.Count == 3, string.Join('\n', descriptors));
    }

    [Fact]
    public async Task Start_ProgramByName_IsFoundOnThePath()
    {
        var instance = await _pods.RunAsync(_pods.Spec("true"));
        Assert.Equal(0, instance.ExitCode);
        Assert.Null(instance.Problem);
    }

    [Theory]
    [InlineData("no-such-program", "There is no program 'no-such-program' on the console's PATH.")]
    [InlineData("/no/such/program", "There is no program /no/such/program on this machine.")]
    [InlineData("/etc", "/etc is a folder.")]
    [InlineData("/etc/passwd", "/etc/passwd is not executable.")]
    [InlineData("library/nginx:latest", "'library/nginx:latest' is neither a name nor an absolute path.")]
    public async Task Start_NoSuchProgram_SaysWhyAndWhatToDo(string image, string problem)
    {
        var result = await _pods.Runtime.StartAsync(_pods.Spec(image), Cancelled);
        Assert.Null(result.Instance);
        Assert.StartsWith(problem, result.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo no first line", "it is neither a program for this machine nor a script")]
    [InlineData("#!/no/interpreter\n", "its interpreter (the first line after #!) or loader is not on this machine")]
    public async Task Start_ProgramThatTheSystemRefuses_SaysWhyAgainAndAgain(string content, string problem)
    {
        var file = Path.Combine(_pods.Paths.Root, "program");
        await File.WriteAllTextAsync(file, content, Cancelled);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var spec = _pods.Spec(file);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var result = await _pods.Runtime.StartAsync(spec, Cancelled);
            Assert.Null(result.Instance);
            Assert.Contains(problem, result.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_ArgumentsLongerThanTheSystemTakes_SaysSo()
    {
        var result = await _pods.Runtime.StartAsync(_pods.Spec("/bin/true", new string('x', 200_000)), Cancelled);
        Assert.Contains("too long together", result.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 7", 7, null)]
    [InlineData("exit 0", 0, null)]
    [InlineData("kill -SEGV $$", 139, "Ended by signal 11 (SIGSEGV).")]
    [InlineData("kill -KILL $$", 137, "Ended by signal 9 (SIGKILL)")]
    public async Task Inspect_ProgramEnded_HasItsExitCode(string script, int exitCode, string? problem)
    {
        var instance = await _pods.RunAsync(_pods.Script(script));
        Assert.Equal(exitCode, instance.ExitCode);
        Assert.StartsWith(problem ?? "", instance.Problem ?? "", StringComparison.Ordinal);
        Assert.Equal(problem is null, instance.Problem is null);
        Assert.Null(instance.Address);
    }

    [Fact]
    public async Task OnChange_ProgramEnds_IsTold()
    {
        var told = new TaskCompletionSource<PodConsole.Domain.Pods.PodId>();
        _pods.Runtime.OnChange(podId => told.TrySetResult(podId));
        var spec = _pods.Script("until [ -e go ]; do sleep 0.02; done; exit 3");
        await _pods.StartAsync(spec);
        await File.WriteAllTextAsync(_pods.PathOf(spec.PodId, "disk-1/go"), "\n", Cancelled);

        Assert.Equal(spec.PodId, await told.Task.WaitAsync(Eventually.Deadline, Cancelled));
    }

    [Fact]
    public async Task Start_TwoPodsOnOnePort_BothServe()
    {
        using var client = new HttpClient();
        foreach (var spec in new[] { _pods.Spec("demo"), _pods.Spec("demo") })
        {
            var instance = await _pods.StartAsync(spec);
            await _pods.WaitForOutputAsync(spec.PodId, $"HTTP on {instance.Address}:4000.");
            Assert.Equal($"{instance.ProcessId}", await client.GetStringAsync($"http://{instance.Address}:4000/pid", Cancelled));
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pods.DisposeAsync();
}
