using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
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
    public async Task Page_HundredsComeAndGoWithinAnInterval_IsPaintedOnceAnInterval()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var connections = new FakeConnections();
        await using var domain = await TestDomain.CreateAsync(
            services: services => services.AddSingleton<TimeProvider>(clock).AddSingleton<IConnectionDirectory>(connections));
        var pod = await domain.DeployAsync();
        await using var tab = new PageContext(domain);
        var page = tab.Show<ConnectionsPage>();
        await page.WaitForAssertionAsync(() => Assert.Contains("Nobody is connected", page.Markup, StringComparison.Ordinal));
        connections.Open(pod.Id);
        clock.Advance(TimeSpan.FromSeconds(1));
        await page.WaitForAssertionAsync(() => Assert.Contains("1 connection", page.Find(".connections-summary").TextContent, StringComparison.Ordinal));
        var painted = page.RenderCount;

        for (var index = 0; index < 300; index++)
        {
            connections.Open(pod.Id);
            connections.End(new HashSet<PodId> { pod.Id }, connection => connection.Id % 3 == 0);
        }

        Assert.Equal(painted, page.RenderCount);
        clock.Advance(TimeSpan.FromSeconds(1));

        await page.WaitForAssertionAsync(() => Assert.Contains("201 connections", page.Find(".connections-summary").TextContent, StringComparison.Ordinal));

        // The page once, and its list perhaps once more when it knows how many rows are in sight.
        Assert.InRange(page.RenderCount, painted + 1, painted + 2);
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
