using System.Net.WebSockets;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>How WebSockets end when the console stops or their port goes.</summary>
public sealed class WebSocketStopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Stop_OpenWebSocket_GetsGoingAwayAtOnceOnBothSides(string version)
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync(version);
        await socket.EchoAsync(100);

        var stopping = echo.Gateway.StopAsync();

        Assert.Equal(EchoSocket.GoingAway, await socket.ReadCloseAsync());
        await socket.CloseOutputAsync(EchoSocket.GoingAway, "", Cancel);
        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
        await stopping.WaitAsync(Eventually.Deadline, Cancel);
    }

    [Fact]
    public async Task Stop_ClientThatDoesNotAnswer_IsCutSoon()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync("1.1");
        await socket.EchoAsync(100);

        await echo.Gateway.StopAsync().WaitAsync(Eventually.Deadline, Cancel);

        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Set_PortRemoved_WebSocketLivesForTheDrainTimeThenGetsGoingAway()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(700));
        using var socket = await echo.OpenAsync("1.1");
        await socket.EchoAsync(100);

        echo.Gateway.Serve(echo.PodId);

        await socket.EchoAsync(100);
        Assert.Equal(EchoSocket.GoingAway, await socket.ReadCloseAsync());
        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Set_PodStopped_WebSocketOverHttp2GetsGoingAway()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(200));
        using var socket = await echo.OpenAsync("2.0");
        await socket.EchoAsync(100);

        echo.Gateway.Routes.Set(echo.Gateway.NewPod(echo.PodId, PodStatus.Exited, null));

        Assert.Equal(EchoSocket.GoingAway, await socket.ReadCloseAsync());
        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
    }

    [Fact]
    public async Task Stop_WebSocketOfARemovedPort_GetsGoingAwayAtOnce()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync("1.1");
        await socket.EchoAsync(100);
        echo.Gateway.Serve(echo.PodId);

        var stopping = echo.Gateway.StopAsync();

        Assert.Equal(EchoSocket.GoingAway, await socket.ReadCloseAsync().WaitAsync(Eventually.Deadline, Cancel));
        await stopping.WaitAsync(Eventually.Deadline, Cancel);
    }

    [Fact]
    public async Task Stop_InTheMiddleOfAMessage_FinishesTheFrameFirst()
    {
        await using var echo = await EchoPort.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMinutes(5));
        using var socket = await echo.OpenAsync("1.1");
        await socket.EchoAsync(100);
        await socket.SendAsync(new byte[1000], WebSocketMessageType.Binary, endOfMessage: false, Cancel);

        _ = echo.Gateway.StopAsync();

        Assert.Equal(EchoSocket.GoingAway, await socket.ReadCloseAsync());
        Assert.Equal(EchoSocket.GoingAway, await echo.NextCloseAsync());
    }
}
