using System.Net;
using Microsoft.Playwright;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A pod's services as the browser meets them.</summary>
public sealed class GatewayTests(Chromium chromium)
{
    private const string EchoScript = """
        text => new Promise((resolve, reject) => {
          const socket = new WebSocket(`wss://${location.host}/ws`);
          socket.onopen = () => socket.send(text);
          socket.onmessage = ({ data }) => { resolve(data); socket.close(); };
          socket.onerror = () => reject(new Error("no WebSocket"));
        })
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Address_OfADemo_ServesPagesAndWebSockets()
    {
        await using var visit = await Visit.StartSignedOutAsync(chromium, await ConsoleHost.StartAsync());
        var podId = await DemoPods.DeployAsync(visit.Host);

        await visit.Page.GotoAsync(visit.Host.UrlOf(podId.Value, 4000).AbsoluteUri);

        await Expect(visit.Page.Locator("body")).ToContainTextAsync($"Pod {podId} is up, and you reached it.");
        Assert.Equal("echo me", await visit.Page.EvaluateAsync<string>(EchoScript, "echo me"));
    }

    [Fact]
    public async Task Address_OfAServiceThatStopped_AnswersA502PageThatSaysWhatToDo()
    {
        await using var visit = await Visit.StartSignedOutAsync(chromium, await ConsoleHost.StartAsync());
        var podId = await DemoPods.DeployAsync(visit.Host, http: "4000, 8000");
        await visit.Page.GotoAsync(visit.Host.UrlOf(podId.Value, 4000).AbsoluteUri);

        await PostAsync(visit.Host.UrlOf(podId.Value, 8000, "/close?port=4000"));
        var answer = await visit.Page.ReloadAsync();

        Assert.Equal(502, answer!.Status);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Nothing listens on this port" })).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("body")).ToContainTextAsync("bind to $POD_IP");

        await PostAsync(visit.Host.UrlOf(podId.Value, 8000, "/open?port=4000"));
        Assert.Equal(200, (await visit.Page.ReloadAsync())!.Status);

        async Task PostAsync(Uri url)
        {
            using var client = visit.Host.NewClient();
            using var done = await client.PostAsync(url, null, Cancelled);
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        }
    }

    [Fact]
    public async Task Address_OfARemovedPort_TurnsInto404AndLeavesTheOthersAlone()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(visit.Host, http: "4000, 8000");
        var drawer = await visit.OpenConnectAsync(podId);
        var removed = await visit.Context.NewPageAsync();
        await removed.GotoAsync(visit.Host.UrlOf(podId.Value, 4000).AbsoluteUri);
        using var echo = await EchoConnection.OpenAsync((await drawer.ReadTcpAsync(70000)).External);
        await echo.VerifyAsync("before");

        var edit = await drawer.EditAsync();
        await PortInputs.ReplaceAsync(edit.Ports.Http, "8000");
        await Expect(edit.Effects).ToContainTextAsync("HTTP 4000 is closed at once: its address answers 404.");
        await edit.SaveAsync();

        Assert.Equal(404, (await removed.ReloadAsync())!.Status);
        await Expect(removed.GetByRole(AriaRole.Heading, new() { Name = "Nothing is exposed at this address" })).ToBeVisibleAsync();
        var other = await visit.Context.NewPageAsync();
        Assert.Equal(200, (await other.GotoAsync(visit.Host.UrlOf(podId.Value, 8000).AbsoluteUri))!.Status);
        await echo.VerifyAsync("after");
    }
}
