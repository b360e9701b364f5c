using System.Net;
using System.Text.Json;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Proxy.Http.Latency;

/// <summary>Silence ends a request, total time does not; and the end explains itself.</summary>
public sealed class SilenceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_ServiceSilent_Is524WithEvidence(string version)
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient(Version.Parse(version));
        for (var quick = 0; quick < 3; quick++)
        {
            using var answered = await client.GetAsync(new Uri(silent.Url, "/quick"), Cancel);
        }

        using var answer = await client.GetAsync(silent.Url, Cancel);

        Assert.Equal((HttpStatusCode)524, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.InRange(problem.GetProperty("waitedSeconds").GetDouble(), 0.9, 20);
        Assert.Equal(1, problem.GetProperty("allowedSeconds").GetDouble());
        Assert.Equal(4, problem.GetProperty("recentAnswers").GetInt32());
        Assert.InRange(problem.GetProperty("medianSeconds").GetDouble(), 0, problem.GetProperty("p95Seconds").GetDouble());
        Assert.Equal(answer.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Get_ServiceSilent_PageShowsTheEvidenceAndAdvice()
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, silent.Url);
        request.Headers.Accept.ParseAdd("text/html");

        using var answer = await client.SendAsync(request, Cancel);

        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<dt>Silence allowed here</dt><dd>1 s</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>This request waited</dt>", page, StringComparison.Ordinal);
        Assert.Contains("tream output", page, StringComparison.Ordinal);
        Assert.Contains("TCP port", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StreamLongerThanTheLimit_IsWhole()
    {
        await using var silent = await SilentPort.StartAsync();
        using var client = silent.Gateway.NewClient();

        var text = await client.GetStringAsync(new Uri(silent.Url, "/stream"), Cancel);

        Assert.Equal("........", text);
    }

    [Fact]
    public void Of_OwnTimeOut_IsBoundedByTheAdministrators()
    {
        var settings = new PodConsole.Domain.Settings.GatewaySettings { MaxResponseTimeout = TimeSpan.FromMinutes(5) };

        Assert.Equal(TimeSpan.FromSeconds(100), RouteRules.Of(WantedRoute.Open(1), settings, TimeProvider.System, null).Silence);
        Assert.Equal(TimeSpan.FromSeconds(200), Rules(200).Silence);
        Assert.Equal(TimeSpan.FromMinutes(5), Rules(4000).Silence);

        RouteRules Rules(int seconds) => RouteRules.Of(new(1, new() { ResponseTimeout = TimeSpan.FromSeconds(seconds) }, []), settings, TimeProvider.System, null);
    }
}
