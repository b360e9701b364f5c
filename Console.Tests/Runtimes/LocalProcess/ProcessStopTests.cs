using System.Globalization;
using PodConsole.Runtimes.LocalProcess.Processes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.LocalProcess;

public sealed class ProcessStopTests : IAsyncLifetime
{
    private static readonly TimeSpan LongGrace = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortGrace = TimeSpan.FromMilliseconds(300);

    private readonly ProcessPods _pods = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_ProgramThatHeedsSigterm_EndsByItselfWithItsExitCode()
    {
        var spec = _pods.Script("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        await _pods.StartAsync(spec);
        await _pods.WaitForOutputAsync(spec.PodId, "ready");

        await _pods.Runtime.StopAsync(spec.PodId, LongGrace, Cancelled);

        var instance = await _pods.Runtime.InspectAsync(spec.PodId, Cancelled);
        Assert.Equal((false, 5, null), (instance!.IsRunning, instance.ExitCode, instance.Problem));
        Assert.Contains(await _pods.LogAsync(spec.PodId), line => line.Text == "bye");
    }

    [Fact]
    public async Task Stop_Demo_EndsWithinTwoSeconds()
    {
        var spec = _pods.Spec("demo");
        var started = await _pods.StartAsync(spec);
        await _pods.WaitForOutputAsync(spec.PodId, $"HTTP on {started.Address}:4000.");
        using var client = new HttpClient();
        using var events = await client.GetStreamAsync($"http://{started.Address}:4000/events", Cancelled);
        var slow = client.GetAsync($"http://{started.Address}:4000/slow?seconds=600", Cancelled);

        var start = TimeProvider.System.GetTimestamp();
        await _pods.Runtime.StopAsync(spec.PodId, LongGrace, Cancelled);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
        Assert.Equal(0, (await _pods.Runtime.InspectAsync(spec.PodId, Cancelled))!.ExitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => slow);
    }

    [Fact]
    public async Task Stop_ProcessesThatIgnoreSigterm_AreKilledAfterTheGrace()
    {
        var spec = _pods.Script("trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' & echo $$; wait; while :; do sleep 0.05; done");
        await _pods.StartAsync(spec);
        var processes = await ReadProcessesAsync(spec.PodId, count: 2);

        await _pods.Runtime.StopAsync(spec.PodId, ShortGrace, Cancelled);

        Assert.All(processes, process => Assert.False(process.IsRunning));
        Assert.Equal(137, (await _pods.Runtime.InspectAsync(spec.PodId, Cancelled))!.ExitCode);
    }

    [Fact]
    public async Task Stop_AskedAgainWithLessGrace_EndsSooner()
    {
        var spec = _pods.Script("trap '' TERM; echo $$; while :; do sleep 0.05; done");
        await _pods.StartAsync(spec);
        await ReadProcessesAsync(spec.PodId, count: 1);

        var patient = _pods.Runtime.StopAsync(spec.PodId, LongGrace, Cancelled);
        await _pods.Runtime.StopAsync(spec.PodId, ShortGrace, Cancelled);
        await patient.WaitAsync(Eventually.Deadline, Cancelled);
    }

    [Fact]
    public async Task Stop_DaemonInASessionOfItsOwn_IsKilledToo()
    {
        // Forked twice and in its own session: neither parent, group nor session tie it to the pod.
        var spec = _pods.Script("(setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' &) ; echo $$; while :; do sleep 0.05; done");
        await _pods.StartAsync(spec);
        var processes = await ReadProcessesAsync(spec.PodId, count: 2);

        await _pods.Runtime.StopAsync(spec.PodId, ShortGrace, Cancelled);

        Assert.All(processes, process => Assert.False(process.IsRunning));
    }

    [Fact]
    public async Task Program_EndsAndLeavesADaemon_TheDaemonIsKilled()
    {
        var spec = _pods.Script("(setsid sh -c 'echo $$; touch ready; while :; do sleep 0.05; done' &) ; until [ -e ready ]; do sleep 0.01; done; exit 4");
        var instance = await _pods.RunAsync(spec);

        Assert.Equal(4, instance.ExitCode);
        Assert.All(await ReadProcessesAsync(spec.PodId, count: 1, mayHaveEnded: true), process => Assert.False(process.IsRunning));
        Assert.Contains(await _pods.LogAsync(spec.PodId), line => line.Text.StartsWith("The program ended and left ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_ByAConsoleThatDidNotStartIt_EndsIt()
    {
        var spec = _pods.Script("echo $$; while :; do sleep 0.05; done");
        await _pods.StartAsync(spec);
        var processes = await ReadProcessesAsync(spec.PodId, count: 1);

        await _pods.NewConsole().StopAsync(spec.PodId, LongGrace, Cancelled);

        Assert.False(processes[0].IsRunning);
    }

    [Fact]
    public async Task Stop_SupervisorThatHangs_IsKilledWithItsPod()
    {
        var spec = _pods.Script("echo $$; while :; do sleep 0.05; done");
        await _pods.StartAsync(spec);
        var processes = await ReadProcessesAsync(spec.PodId, count: 1);
        const int SigStop = 19;
        Supervisors.StateOf(_pods, spec.PodId).Supervisor.Signal(SigStop);

        await _pods.Runtime.StopAsync(spec.PodId, ShortGrace, Cancelled);

        Assert.False(processes[0].IsRunning);
        Assert.False((await _pods.Runtime.InspectAsync(spec.PodId, Cancelled))!.IsRunning);
    }

    [Fact]
    public async Task Stop_NothingRuns_ChangesNothing()
    {
        var spec = _pods.Spec("true");
        await _pods.Runtime.StopAsync(spec.PodId, LongGrace, Cancelled);
        Assert.Null(await _pods.Runtime.InspectAsync(spec.PodId, Cancelled));

        var ended = await _pods.RunAsync(spec);
        await _pods.Runtime.StopAsync(spec.PodId, LongGrace, Cancelled);
        Assert.Equal(ended, await _pods.Runtime.InspectAsync(spec.PodId, Cancelled));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pods.DisposeAsync();

    // The scripts write the ids of their processes.
    private async Task<List<ProcessIdentity>> ReadProcessesAsync(PodConsole.Domain.Pods.PodId podId, int count, bool mayHaveEnded = false)
    {
        List<int> ids = [];
        await Eventually.TrueAsync(
            async () =>
            {
                ids = [.. (await _pods.LogAsync(podId)).Select(line => line.Text).Where(text => text.All(char.IsAsciiDigit))
                    .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
                return ids.Count == count;
            },
            $"{count} processes said who they are");
        return mayHaveEnded
            ? [.. ids.Select(id => ProcessIdentity.Of(id) ?? new(id, 0))]
            : [.. ids.Select(id => ProcessIdentity.Of(id)!.Value)];
    }
}
