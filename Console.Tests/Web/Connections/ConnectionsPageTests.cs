using Bunit;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Connections;

namespace PodConsole.Tests.Web.Connections;

public sealed class ConnectionsPageTests
{
    [Fact]
    public async Task Page_NoConnection_SaysSo()
    {
        await using var pods = await PublishedPods.StartAsync();
        await using var tab = new PageContext(pods.Domain);

        var page = tab.Show<ConnectionsPage>();

        await page.WaitForAssertionAsync(() => Assert.Contains("Nobody is connected", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ConnectionComesAndIsEnded_AppearsByItselfAndMovesToTheClosed()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        var port = await pods.WaitForAsync(pod.Id, service.Port, PortState.Live);
        await using var tab = new PageContext(pods.Domain);
        var page = tab.Show<ConnectionsPage>();

        using var client = await PublishedPods.ConnectAsync(port);
        using var served = await service.AcceptNextAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains($"{client.LocalEndPoint}".Replace("[::ffff:", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Contains(pod.Name, page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 connection", page.Find(".connections-summary").TextContent, StringComparison.Ordinal);

        await page.Find("button[aria-label^='End the connection']").ClickAsync(new());

        Assert.Equal("reset", await client.ReadEndAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Nobody is connected", page.Markup, StringComparison.Ordinal));
        await page.FindAll("button").First(button => button.TextContent.Contains("Recently closed", StringComparison.Ordinal)).ClickAsync(new());
        await page.WaitForAssertionAsync(() => Assert.Contains("Ended by hand", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ConnectionsOfOthers_AreNotThere()
    {
        await using var pods = await PublishedPods.StartAsync();
        using var service = new TcpService();
        var pod = await pods.Domain.DeployAsync("", $"{service.Port}");
        using var client = await PublishedPods.ConnectAsync(await pods.WaitForAsync(pod.Id, service.Port, PortState.Live));
        using var served = await service.AcceptNextAsync();
        await using var mine = new PageContext(pods.Domain);
        await using var others = new PageContext(pods.Domain, TestDomain.Other);

        var page = others.Show<ConnectionsPage>();

        var own = mine.Show<ConnectionsPage>();
        await own.WaitForAssertionAsync(() => Assert.Contains("1 connection", own.Markup, StringComparison.Ordinal));
        await page.WaitForAssertionAsync(() => Assert.Contains("Nobody is connected", page.Markup, StringComparison.Ordinal));
    }
}
