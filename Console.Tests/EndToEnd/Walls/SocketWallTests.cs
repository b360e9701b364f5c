using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>The console's sockets open for its own pages alone; a pod's open for any page, as it decides itself.</summary>
public sealed class SocketWallTests(Chromium chromium)
{
    private const string OpenSocket = """
        url => new Promise(resolve => {
          const socket = new WebSocket(url);
          socket.onopen = () => { resolve("open"); socket.close(); };
          socket.onerror = () => resolve("refused");
        })
        """;

    [Fact]
    public async Task Console_SocketOfAPodsPage_Is403()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        var page = await site.OpenAsync(pod);
        var refusals = await WatchRefusalsAsync(page);
        var circuit = $"{site.Console.Replace("https:", "wss:", StringComparison.Ordinal)}/_blazor";

        var fromConsole = await site.Page.EvaluateAsync<string>(OpenSocket, circuit);
        var fromPod = await page.EvaluateAsync<string>(OpenSocket, circuit);
        await Eventually.TrueAsync(() => !refusals.IsEmpty, "the browser tells why it was refused");

        Assert.Equal("open", fromConsole);
        Assert.Equal("refused", fromPod);
        Assert.Contains("403", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_CircuitRequestOfAPodsPage_Is403()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var page = await site.OpenAsync(await site.AddPodAsync());

        foreach (var path in (string[])["negotiate?negotiateVersion=1", "?id=0123456789012345678901", "disconnect", "initializers"])
        {
            var url = $"{site.Console}/_blazor/{path}";
            var answer = await page.RunAndWaitForResponseAsync(
                () => page.EvaluateAsync("url => { fetch(url, { method: 'POST', credentials: 'include', mode: 'no-cors' }); }", url),
                response => response.Url == url);

            Assert.Contains(Neighbourhood.SessionCookie, (await answer.Request.AllHeadersAsync())["cookie"], StringComparison.Ordinal);
            Assert.Equal(403, answer.Status);
        }
    }

    [Fact]
    public async Task Pod_SocketOfAnyPage_IsItsOwnAffair()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        var other = await site.AddPodAsync();
        var url = $"{pod.Origin.Replace("https:", "wss:", StringComparison.Ordinal)}/socket";

        var own = await (await site.OpenAsync(pod)).EvaluateAsync<string>(OpenSocket, url);
        var foreign = await (await site.OpenAsync(other)).EvaluateAsync<string>(OpenSocket, url);

        Assert.Equal("open", own);
        Assert.Equal("open", foreign);
        Assert.Equal([pod.Origin, other.Origin], pod.Seen.Where(request => request.Path == "/socket").Select(request => request.Headers["Origin"]));
    }

    private static async Task<ConcurrentQueue<string>> WatchRefusalsAsync(IPage page)
    {
        var refusals = new ConcurrentQueue<string>();
        var session = await page.Context.NewCDPSessionAsync(page);
        session.Event("Network.webSocketFrameError").OnEvent += (_, error) => refusals.Enqueue(((JsonElement)error!).GetProperty("errorMessage").GetString()!);
        await session.SendAsync("Network.enable");
        return refusals;
    }
}
