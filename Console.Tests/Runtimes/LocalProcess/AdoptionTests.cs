using PodConsole.Domain.Pods;
using PodConsole.Runtimes.LocalProcess.Files;
using PodConsole.Runtimes.LocalProcess.Processes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.LocalProcess;

public sealed class AdoptionTests : IAsyncLifetime
{
    private readonly ProcessPods _pods = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inspect_ConsoleRestarted_FindsTheSameProcess()
    {
        var spec = _pods.Spec("/bin/sleep", "60");
        var started = await _pods.StartAsync(spec);
        _pods.Runtime.Dispose();

        Assert.Equal(started, await _pods.NewConsole().InspectAsync(spec.PodId, Cancelled));
    }

    [Fact]
    public async Task OnChange_AdoptedPodEnds_IsTold()
    {
        var spec = _pods.Script("until [ -e go ]; do sleep 0.05; done; exit 6");
        await _pods.StartAsync(spec);
        _pods.Runtime.Dispose();
        var told = new TaskCompletionSource<PodId>();
        var console = _pods.NewConsole();
        console.OnChange(podId => told.TrySetResult(podId));
        await console.InspectAsync(spec.PodId, Cancelled);

        await File.WriteAllTextAsync(_pods.PathOf(spec.PodId, "disk-1/go"), "", Cancelled);

        Assert.Equal(spec.PodId, await told.Task.WaitAsync(Eventually.Deadline, Cancelled));
        Assert.Equal(6, (await console.InspectAsync(spec.PodId, Cancelled))!.ExitCode);
    }

    [Fact]
    public async Task Start_ByTwoConsolesAtOnce_StartsOnce()
    {
        var spec = _pods.Script("echo one more; sleep 60");
        var other = _pods.NewConsole();

        var results = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(index => (index % 2 == 0 ? _pods.Runtime : other).StartAsync(spec, Cancelled)));

        Assert.All(results, result => Assert.Null(result.Problem));
        Assert.Single(results.Select(result => result.Instance!.ProcessId).Distinct());
        Assert.Single(await _pods.WaitForOutputAsync(spec.PodId, "one more"), "one more");
    }

    [Fact]
    public async Task Start_AgainAfterTheEnd_StartsOnlyANewGeneration()
    {
        var spec = _pods.Script("echo ran");
        var ended = await _pods.RunAsync(spec);

        Assert.Equal(ended, (await _pods.Runtime.StartAsync(spec, Cancelled)).Instance);
        Assert.Single(await _pods.LogAsync(spec.PodId), line => line.Text == "ran");

        Assert.Equal(2, (await _pods.RunAsync(spec with { Generation = 2 })).Generation);
        Assert.Equal(2, (await _pods.LogAsync(spec.PodId)).Count(line => line.Text == "ran"));
    }

    [Fact]
    public async Task Start_NextGeneration_KeepsTheAddress()
    {
        var spec = _pods.Spec("/bin/sleep", "60");
        var first = await _pods.StartAsync(spec);
        await _pods.Runtime.StopAsync(spec.PodId, TimeSpan.FromSeconds(5), Cancelled);
        var second = await _pods.StartAsync(spec with { Generation = 2 });

        Assert.Equal(first.Address, second.Address);
        Assert.NotEqual(first.ProcessId, second.ProcessId);
    }

    [Fact]
    public async Task Inspect_SupervisorKilled_EndsThePodAndSaysSo()
    {
        var changes = 0;
        _pods.Runtime.OnChange(_ => Interlocked.Increment(ref changes));
        var spec = _pods.Script("(setsid sh -c 'echo daemon; sleep 60' &); sleep 60");
        var started = await _pods.StartAsync(spec);
        await _pods.WaitForOutputAsync(spec.PodId, "daemon");
        var supervisor = Supervisors.StateOf(_pods, spec.PodId).Supervisor;
        var processes = ProcessTree.DescendantsOf(supervisor.Pid);

        supervisor.Signal(Libc.SigKill);

        await Eventually.TrueAsync(() => Volatile.Read(ref changes) > 0, "the end is told");
        var instance = await _pods.Runtime.InspectAsync(spec.PodId, Cancelled);
        Assert.Equal((false, null), (instance!.IsRunning, instance.ExitCode));
        Assert.Contains("supervisor was killed", instance.Problem, StringComparison.Ordinal);
        Assert.True(processes.Count >= 3);
        Assert.All(processes, process => Assert.False(process.IsRunning));
        Assert.Null(ProcessIdentity.Of(started.ProcessId!.Value));
    }

    [Fact]
    public async Task Inspect_SupervisorKilledWhileTheConsoleWasDown_EndsThePod()
    {
        var spec = _pods.Spec("/bin/sleep", "60");
        var program = ProcessIdentity.Of((await _pods.StartAsync(spec)).ProcessId!.Value)!.Value;
        _pods.Runtime.Dispose();
        var supervisor = Supervisors.StateOf(_pods, spec.PodId).Supervisor;
        supervisor.Signal(Libc.SigKill);
        await Eventually.TrueAsync(() => !supervisor.IsRunning, "the supervisor is gone");
        Assert.True(program.IsRunning);

        Assert.False((await _pods.NewConsole().InspectAsync(spec.PodId, Cancelled))!.IsRunning);
        Assert.False(program.IsRunning);
    }

    [Fact]
    public async Task Inspect_MachineRestarted_SaysSoAndKillsNobody()
    {
        // Numbers of another boot: by now they may be anybody's.
        using var bystander = System.Diagnostics.Process.Start("/bin/sleep", "60");
        var spec = _pods.Spec("true");
        var directory = new PodDirectory(_pods.PathOf(spec.PodId, ""));
        PodDirectory.Create(directory.Path);
        directory.WriteState(new()
        {
            Generation = 1, Boot = "another boot", Address = "127.64.1.1", StartedAt = DateTime.UtcNow,
            Supervisor = ProcessIdentity.Of(Environment.ProcessId)!.Value, Program = ProcessIdentity.Of(bystander.Id),
        });

        var instance = await _pods.Runtime.InspectAsync(spec.PodId, Cancelled);

        Assert.Equal("The machine restarted; the exit code is unknown. Start the pod again.", instance!.Problem);
        Assert.False(bystander.HasExited);
        bystander.Kill();
    }

    [Fact]
    public async Task Inspect_ProcessNumberUsedAgain_KillsNobody()
    {
        using var bystander = System.Diagnostics.Process.Start("/bin/sleep", "60");
        var spec = _pods.Spec("true");
        var directory = new PodDirectory(_pods.PathOf(spec.PodId, ""));
        PodDirectory.Create(directory.Path);
        directory.WriteState(new()
        {
            Generation = 1, Boot = PodState.CurrentBoot, Address = "127.64.1.1", StartedAt = DateTime.UtcNow,
            Supervisor = new(Environment.ProcessId, 1), Program = new(bystander.Id, 1),
        });

        Assert.False((await _pods.Runtime.InspectAsync(spec.PodId, Cancelled))!.IsRunning);
        await _pods.Runtime.StopAsync(spec.PodId, TimeSpan.Zero, Cancelled);
        Assert.False(bystander.HasExited);
        bystander.Kill();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pods.DisposeAsync();
}
