using System.Diagnostics;
using System.Net;
using System.Text.Json;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Latency;

/// <summary>The time that an upload takes is no wait for the service; what comes after it is.</summary>
public sealed class UploadSilenceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    [InlineData("2.0", true)]
    [InlineData("2.0", false)]
    public async Task Post_LargeBodyAndLongWait_WarnsTheOwnerAndIs524(string version, bool isRead)
    {
        // Long enough to connect and to send on a busy machine.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(4));
        using var client = silent.Gateway.NewClient(Version.Parse(version));
        HttpRoute Route() => silent.Gateway.Routes.Find(silent.PodId, silent.Port)!;

        using var content = new ByteArrayContent(new byte[1 << 20]);
        var waiting = client.PostAsync(new Uri(silent.Url, isRead ? "/read" : "/"), content, Cancel);
        await Eventually.TrueAsync(() => Route().Open.LongestSilence() is { Kind: SilentKind.Request, Time.TotalSeconds: > 0.5 }, "it waits");

        // Neither the service nor the gateway may be lost to a collection while nothing passes.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var answer = await waiting;

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        Assert.StartsWith("Lately a request waited ", SlowWarning.Of(Route()), StringComparison.Ordinal);
        Assert.Equal(1, Route().Latency.Measure()!.Value.Count);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Post_BodyTakesLongerThanTheLimit_ItsTimeIsNoWait(string version)
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient(Version.Parse(version));
        using var content = new SlowContent();

        using var answer = await client.PostAsync(new Uri(silent.Url, "/read"), content, Cancel);

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        var waited = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("waitedSeconds").GetDouble();
        Assert.InRange(waited, 0.9, Stopwatch.GetElapsedTime(content.LastPart).TotalSeconds);
    }

    // Twice as long as the limit, and never silent for as long.
    private sealed class SlowContent : HttpContent
    {
        public long LastPart { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var part = 0; part < 8; part++)
            {
                await Task.Delay(SilentPort.Limit / 4, Cancel);
                LastPart = Stopwatch.GetTimestamp();
                await stream.WriteAsync(new byte[10], Cancel);
                await stream.FlushAsync(Cancel);
            }
        }

        protected override bool TryComputeLength(out long length) => (length = 0) > 0;
    }
}
