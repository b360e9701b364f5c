using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>What runs is made equal to what is wanted, whatever happens in between.</summary>
public sealed class PodSupervisorTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, PodStatus.Exited)]
    [InlineData(3, PodStatus.Error)]
    [InlineData(137, PodStatus.Error)]
    public async Task ProcessEnds_ByItself_IsRecordedWithItsExitCodeAndNotStartedAgain(int exitCode, PodStatus status)
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        var pod = await domain.DeployAsync();

        domain.Runtime.End(pod.Id, exitCode);

        var after = await domain.WaitForAsync(pod.Id, status);
        Assert.Equal(exitCode, after.ExitCode);
        Assert.Null(after.RuntimeAddress);
        Assert.Single(domain.Runtime.Starts);
        Assert.Equal(pod.Version, after.Version);
    }

    [Fact]
    public async Task Start_Fails_ShowsWhy()
    {
        await using var domain = await TestDomain.CreateAsync();
        domain.Runtime.OnStart = _ => new StartResult(null, "There is no program demo on this machine.");

        var result = await domain.Pods.DeployAsync(TestDomain.Owner, new() { Overrides = new() { Image = "demo" } }, Cancelled);

        var pod = await domain.WaitForAsync(Assert.IsType<PodResult.Saved>(result).Pod.Id, PodStatus.Error);
        Assert.Equal("There is no program demo on this machine.", pod.StatusReason);
        Assert.Single(domain.Runtime.Starts);
    }

    [Fact]
    public async Task Start_Throws_HoldsUpNobodyElse()
    {
        await using var domain = await TestDomain.CreateAsync();
        domain.Runtime.BeforeStart = spec => spec.Image == "broken" ? throw new InvalidOperationException("broken") : Task.CompletedTask;

        await domain.Pods.DeployAsync(TestDomain.Owner, new() { Overrides = new() { Image = "broken" } }, Cancelled);
        var good = await domain.DeployAsync();

        Assert.Equal(PodStatus.Running, good.Status);
    }

    [Fact]
    public async Task Start_TakesLong_HoldsUpNobodyElse()
    {
        await using var domain = await TestDomain.CreateAsync();
        var slow = new TaskCompletionSource();
        domain.Runtime.BeforeStart = spec => spec.Image == "slow" ? slow.Task : Task.CompletedTask;

        await domain.Pods.DeployAsync(TestDomain.Owner, new() { Overrides = new() { Image = "slow" } }, Cancelled);
        var quick = await domain.DeployAsync();

        Assert.Equal(PodStatus.Running, quick.Status);
        slow.SetResult();
    }

    [Theory]
    [InlineData("stop", PodStatus.Exited)]
    [InlineData("reset", PodStatus.Running)]
    public async Task Command_DuringAStart_IsDoneAfterIt(string command, PodStatus status)
    {
        await using var domain = await TestDomain.CreateAsync();
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        domain.Runtime.BeforeStart = async spec =>
        {
            begun.TrySetResult();
            await go.Task;
        };
        var result = await domain.Pods.DeployAsync(TestDomain.Owner, new() { Overrides = new() { Image = "demo" } }, Cancelled);
        var pod = Assert.IsType<PodResult.Saved>(result).Pod;
        await begun.Task.WaitAsync(Cancelled);

        var done = command == "stop"
            ? await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled)
            : await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled);
        go.SetResult();

        var wanted = Assert.IsType<PodResult.Saved>(done).Pod.Generation;
        Pod? after = null;
        await Eventually.TrueAsync(
            async () => (after = await domain.FindAsync(pod.Id)) is { } now && now.Status == status
                && (command == "stop" || domain.Runtime.Starts.Any(spec => spec.Generation == wanted)),
            $"the pod is {status}");
        Assert.Equal(wanted, after!.Generation);
    }

    [Fact]
    public async Task Edit_WhileTheEarlierRunStops_IsInTheNextOne()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync("", "22");
        await DuringTheStopOfAResetAsync(domain, pod.Id, () => domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("8888", "22, 23", 64).Ports }, Cancelled));

        await Eventually.TrueAsync(() => domain.Runtime.Starts.Count == 2, "the new run begins");
        var (spec, saved) = (domain.Runtime.Starts.Last(), (await domain.FindAsync(pod.Id))!);
        Assert.Equal($"{saved.LeaseOf(new(PortProtocol.Tcp, 23))!.Port}", spec.Environment.Single(variable => variable.Name == "RUNPOD_TCP_PORT_23").Value);
        Assert.Equal(PodPortsFile.Write(saved), spec.Ports);
    }

    [Fact]
    public async Task Reset_WhileTheEarlierRunStops_StartsOnlyTheLast()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await DuringTheStopOfAResetAsync(domain, pod.Id, () => domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled));

        await Eventually.TrueAsync(async () => (await domain.FindAsync(pod.Id))!.Status == PodStatus.Running, "the pod runs again");
        Assert.Equal([1, 3], domain.Runtime.Starts.Select(spec => spec.Generation));
    }

    [Fact]
    public async Task ConsoleRestarts_RunningPods_AreAdoptedAndNotStartedAgain()
    {
        await using var domain = await TestDomain.CreateAsync();
        var first = await domain.DeployAsync("8888", "22");
        var second = await domain.DeployAsync("8888", "22");

        await domain.RestartConsoleAsync();
        await domain.StartAsync();
        domain.Runtime.End(second.Id, exitCode: 7);

        await domain.WaitForAsync(second.Id, PodStatus.Error);
        Assert.Equal(2, domain.Runtime.Starts.Count);
        var adopted = (await domain.FindAsync(first.Id))!;
        Assert.Equal(PodStatus.Running, adopted.Status);
        Assert.Equal(first.Leases.Single().Port, adopted.Leases.Single().Port);
    }

    [Fact]
    public async Task ConsoleRestarts_PodEndedMeanwhile_IsRecorded()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        await domain.RestartConsoleAsync();
        domain.Runtime.End(pod.Id, exitCode: 9);

        await domain.StartAsync();

        Assert.Equal(9, (await domain.WaitForAsync(pod.Id, PodStatus.Error)).ExitCode);
    }

    [Fact]
    public async Task ConsoleRestarts_CommandsNotYetDone_AreDone()
    {
        await using var domain = await TestDomain.CreateAsync();
        var stopped = await domain.DeployAsync("8888", "");
        var terminated = await domain.DeployAsync("8888", "");
        await domain.RestartConsoleAsync();
        await using (var db = await domain.OpenDatabaseAsync())
        {
            await db.Pods.Where(pod => pod.Id == stopped.Id).ExecuteUpdateAsync(set => set.SetProperty(pod => pod.Intent, PodIntent.Stop), Cancelled);
            await db.Pods.Where(pod => pod.Id == terminated.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(pod => pod.Intent, PodIntent.Terminate), Cancelled);
        }

        await domain.StartAsync();

        await domain.WaitForAsync(stopped.Id, PodStatus.Exited);
        await Eventually.TrueAsync(async () => await domain.FindAsync(terminated.Id) is null, "the terminated pod is gone");
    }

    private static async Task DuringTheStopOfAResetAsync(TestDomain domain, PodId podId, Func<Task<PodResult>> act)
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        domain.Runtime.BeforeStop = async _ =>
        {
            begun.TrySetResult();
            await go.Task;
        };
        Assert.IsType<PodResult.Saved>(await domain.Pods.ResetAsync(TestDomain.Owner, podId, Cancelled));
        await begun.Task.WaitAsync(Cancelled);
        Assert.IsType<PodResult.Saved>(await act());
        go.SetResult();
    }
}
