using System.Diagnostics;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Crash;

/// <summary>
/// A console that dies at any moment, again and again, while programs write to it. At full size it is what production runs, the published
/// build, because there the time of a start is checked; small it is the build of the tests.
/// </summary>
public sealed class CrashTests
{
    private static readonly int Kills = LoadSize.Of(3, 200);
    private static readonly int Pods = LoadSize.Of(2, 16);
    private static readonly int Mappings = LoadSize.Of(5, 63);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "crash")]
    public async Task Kill_AtRandomMomentsUnderWrites_LosesNothingThatWasAcknowledged()
    {
        using var published = LoadSize.IsFull ? await PublishedBuild.CreateAsync() : null;
        await using var console = new CrashingConsole(published?.Program ?? ConsoleProcess.BuiltProgram);
        await console.StartAsync();
        var pods = await Task.WhenAll(Enumerable.Range(0, Pods).Select(_ => MappedPod.DeployAsync(console, Mappings)));
        await Task.WhenAll(pods.Select(pod => pod.EchoAsync()));
        var deploying = new PodsWriter();
        var served = new List<TimeSpan>();

        for (var kill = 0; kill < Kills; kill++)
        {
            var writing = Task.WhenAll([deploying.WriteAsync(console.Client), .. pods.Select(pod => pod.WriteAsync(console.Client))]);
            var enough = Acknowledged() + Random.Shared.Next(1, 10 * Pods);
            await Eventually.TrueAsync(() => Acknowledged() >= enough || writing.IsCompleted, "some writes are acknowledged");
            await Task.Delay(Random.Shared.Next(100), Cancelled);
            await console.KillAsync();
            await writing;
            Assert.Equal("", await console.FindDamageAsync());

            var started = Stopwatch.GetTimestamp();
            await console.StartAsync();
            await Task.WhenAll(pods.Select(pod => pod.EchoAsync()));
            served.Add(Stopwatch.GetElapsedTime(started));
            var found = await console.ReadPodsAsync();
            Assert.All(pods, pod => pod.Verify(found));
            deploying.Verify(found);
            if (LoadSize.IsFull)
            {
                Write($"kill {served.Count}: served after {served[^1].TotalSeconds:0.0} s");
            }
        }

        await Eventually.TrueAsync(() => deploying.CountLeftOvers() == 0, "nothing is left of the pods that are gone");
        served.Sort();
        Write(
            $"{Kills} kills, {pods.Sum(pod => pod.Acknowledged)} edits and {deploying.Acknowledged} deploys and terminations acknowledged; "
            + $"{Pods * Mappings} mappings served after {served[served.Count / 2].TotalSeconds:0.0} s (median), {served[^1].TotalSeconds:0.0} s (slowest)");
        if (LoadSize.IsFull)
        {
            Assert.InRange(served[^1], TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }

        static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

        int Acknowledged() => deploying.Acknowledged + pods.Sum(pod => pod.Acknowledged);
    }
}
