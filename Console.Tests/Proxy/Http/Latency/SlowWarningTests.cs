using System.Net;
using System.Net.WebSockets;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Latency;

/// <summary>The owner is warned of long waits ahead of their end, and told of those that ended.</summary>
public sealed class SlowWarningTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_LongWait_WarnsTheOwnerFromFourFifthsOn()
    {
        // Long enough to be seen in its last fifth on a busy machine.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(10));
        using var client = silent.Gateway.NewClient();
        HttpRoute Route() => silent.Gateway.Routes.Find(silent.PodId, silent.Port)!;
        Assert.Equal("", SlowWarning.Of(Route()));

        var waiting = client.GetAsync(silent.Url, Cancel);
        await Eventually.TrueAsync(() => SlowWarning.Of(Route()).StartsWith("A request has waited for more than 8 s.", StringComparison.Ordinal), "a warning");
        using var answer = await waiting;

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        await Eventually.TrueAsync(() => SlowWarning.Of(Route()).StartsWith("Lately a request waited 1", StringComparison.Ordinal), "a memory");
    }

    [Fact]
    public async Task Get_LongWaitBesideASilentWebSocketThatIsKept_WarnsOfTheRequest()
    {
        // Long enough to be seen in its last fifth on a busy machine.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(10), keepsWebSockets: true);
        using var client = silent.Gateway.NewClient();

        // It never reads, so it answers no ping, and has been silent for longer than the request.
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(silent.Url) { Scheme = "wss" }.Uri, client, Cancel);
        var waiting = client.GetAsync(silent.Url, Cancel);

        await Eventually.TrueAsync(
            () => SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)).StartsWith("A request has waited for more than 8 s.", StringComparison.Ordinal),
            "a warning");
        using var answer = await waiting;
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_AnswerFallsSilentInTheMiddle_IsCutAndWarnsTheOwner(string version)
    {
        // Long enough for the answer to begin on a busy machine, or it would be a 524.
        await using var silent = await SilentPort.StartAsync(TimeSpan.FromSeconds(5));
        using var client = silent.Gateway.NewClient(Version.Parse(version));

        var reading = client.GetStringAsync(new Uri(silent.Url, "/pause"), Cancel);
        await Eventually.TrueAsync(
            () => SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)).StartsWith("A stream has been silent for more than 4 s.", StringComparison.Ordinal),
            "a warning ahead of the cut");
        await Assert.ThrowsAsync<HttpRequestException>(() => reading);

        await Eventually.TrueAsync(
            () => SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)).StartsWith("Lately an answer was cut in the middle after 5 s of silence.", StringComparison.Ordinal),
            "a warning");
    }

    [Fact]
    public async Task Get_QuickAnswers_WarnNobody()
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient();

        using var answered = await client.GetAsync(new Uri(silent.Url, "/quick"), Cancel);

        Assert.Equal("", SlowWarning.Of(silent.Gateway.Routes.Find(silent.PodId, silent.Port)));
    }
}
