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

    [Theory]
    [InlineData("?group=client", "198.51.100.1", "End 2 connections of the client 198.51.100.1?", "192.0.2.7 red")]
    [InlineData("?group=pod", "red", "End 2 connections of the pod red?", "198.51.100.1 blue")]
    [InlineData("?group=client&q=red", "198.51.100.1", "End 1 connection of the client 198.51.100.1 that the filter shows?", "192.0.2.7 red, 198.51.100.1 blue")]
    [InlineData("?group=pod&q=192.0", "red", "End 1 connection of the pod red that the filter shows?", "198.51.100.1 blue, 198.51.100.1 red")]
    public async Task EndGroup_Confirmed_EndsThoseThatAreShown(string address, string group, string question, string left)
    {
        var connections = new FakeConnections();
        await using var domain = await TestDomain.CreateAsync(services: services => services
            .AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow)).AddSingleton<IConnectionDirectory>(connections));
        var red = await domain.DeployAsync(overrides: new() { Name = "red" });
        var blue = await domain.DeployAsync(overrides: new() { Name = "blue" });
        connections.Open(red.Id, "198.51.100.1");
        connections.Open(blue.Id, "198.51.100.1");
        connections.Open(red.Id, "192.0.2.7");
        await using var tab = new PageContext(domain);
        tab.Navigation.NavigateTo($"/connections{address}");
        var page = tab.Show<ConnectionsPage>();

        await page.WaitForAssertionAsync(() => Assert.NotNull(page.Find($"button[aria-label='End all connections of {group}']")));
        var ending = page.Find($"button[aria-label='End all connections of {group}']").ClickAsync(new());
        await tab.Dialogs.WaitForAssertionAsync(() => Assert.Equal(question, tab.Dialogs.Find("h2").TextContent));
        await tab.Dialogs.Button("End them").ClickAsync(new());
        await ending;

        var names = new Dictionary<PodId, string> { [red.Id] = "red", [blue.Id] = "blue" };
        Assert.Equal(left, string.Join(", ", connections.List(names.Keys.ToHashSet())
            .Select(connection => $"{connection.Client} {names[connection.PodId]}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Page_WhatIsChosen_IsInTheAddressAndComesBackFromIt()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var connections = new FakeConnections();
        await using var domain = await TestDomain.CreateAsync(services: services => services
            .AddSingleton<TimeProvider>(clock).AddSingleton<IConnectionDirectory>(connections));
        var pod = await domain.DeployAsync();
        connections.Open(pod.Id, "198.51.100.1");
        connections.Open(pod.Id, "192.0.2.7");
        await using var tab = new PageContext(domain);
        tab.Navigation.NavigateTo("/connections");
        var page = tab.Show<ConnectionsPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("2 connections", page.Find(".connections-summary").TextContent.Trim()));

        page.Field("Filter").Input("192.0");
        clock.Advance(TimeSpan.FromMilliseconds(300));
        await page.WaitForAssertionAsync(() => Assert.Equal("1 of 2 connections", page.Find(".connections-summary").TextContent.Trim()));
        await page.InvokeAsync(() => page.FindAll("th button").First(button => button.TextContent.Trim() == "Rate").Click());
        await page.InvokeAsync(() => page.Button("Recently closed").Click());

        var address = tab.Navigation.Uri;
        Assert.EndsWith("/connections?q=192.0&sort=-rate&show=closed", address, StringComparison.Ordinal);
        await using var reloaded = new PageContext(domain);
        reloaded.Navigation.NavigateTo(address);
        var again = reloaded.Show<ConnectionsPage>();
        await again.WaitForAssertionAsync(() => Assert.Contains("None yet", again.Markup, StringComparison.Ordinal));
        await again.InvokeAsync(() => again.Button("Open").Click());
        await again.WaitForAssertionAsync(() => Assert.Equal("1 of 2 connections", again.Find(".connections-summary").TextContent.Trim()));
        Assert.Equal("descending", again.FindAll("th").Single(column => column.TextContent.Trim() == "Rate").GetAttribute("aria-sort"));
        Assert.Equal("192.0", again.Field("Filter").GetAttribute("value"));
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
