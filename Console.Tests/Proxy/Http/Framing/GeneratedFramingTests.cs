using System.Diagnostics;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>
/// Generated requests, right and wrong, under the promises of <see cref="Http1FramingTests"/>. The test command makes the same
/// ones each time; the soak makes new ones. A seed that fails belongs into the list of those that are replayed.
/// </summary>
public sealed class GeneratedFramingTests(FramingGateway gateway) : IClassFixture<FramingGateway>
{
    private static readonly int Count = LoadSize.Of(300, 5000);
    private static readonly int First = LoadSize.IsFull ? Environment.TickCount & 0xfffffff : 0;

    // Seeds that found something.
    private static readonly int[] Http1Replays = [15356657, 15854393, 16087470, 16131158, 16379353, 16647202, 16834269];
    private static readonly int[] Http2Replays = [15356969];

    [Fact]
    [Trait("Load", "framing")]
    public Task Send_GeneratedHttp1_NothingIsReadInTwoWays() =>
        RunAsync(Http1Replays, (seed, id) => gateway.SendAsync(id, Http1Generator.Make(seed)));

    [Fact]
    [Trait("Load", "framing")]
    public Task Send_GeneratedHttp2_NothingIsReadInTwoWays() => RunAsync(Http2Replays, (seed, id) =>
    {
        var (frames, meant) = Http2Generator.Make(seed, gateway.Authority, id);
        return gateway.SendOverHttp2Async(id, frames, stream: null, meant);
    });

    private static async Task RunAsync(int[] replays, Func<int, string, Task> runAsync)
    {
        var watch = Stopwatch.StartNew();
        foreach (var seed in replays.Concat(Enumerable.Range(First, Count)))
        {
            try
            {
                await runAsync(seed, $"g{seed}");
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed} failed: {exception.Message}", exception);
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{Count} requests from seed {First} in {watch.Elapsed.TotalSeconds:F0} s: none was read in two ways");
    }
}
