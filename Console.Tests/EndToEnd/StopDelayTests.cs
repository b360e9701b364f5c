using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A console behind a load balancer that is told to stop.</summary>
public sealed class StopDelayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_WithStopDelay_ReadinessSaysNoWhileEverythingIsServed()
    {
        using var data = new TempDirectory();
        var arguments = ConsoleArguments.New(data.Path, "Gateway:StopDelay=00:00:03");
        using var console = ConsoleProcess.Start(ConsoleProcess.BuiltProgram, AppContext.BaseDirectory, arguments.Values);
        using var client = await console.WaitUntilReadyAsync(arguments.Url, data.Path);

        console.Terminate();
        await Eventually.TrueAsync(async () => await StatusAsync(client) == HttpStatusCode.ServiceUnavailable, "readiness says no");
        using var page = await client.GetAsync("/sign-in", Cancel);
        Assert.Equal("live", await client.GetStringAsync("/health/live", Cancel));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(0, (await console.WaitAsync()).ExitCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health/ready", Cancel);
        return answer.StatusCode;
    }
}
