using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Connections;
using PodConsole.Tests.Support;
using PodConsole.Web.Connections;

namespace PodConsole.Tests.Web.Connections;

/// <summary>The page's other list: connections that ended, which may be very many.</summary>
public sealed class ClosedListTests
{
    [Fact]
    public async Task Page_OpenOnesAreShown_NeverAsksForClosedOnesAndThenForThoseOfOnesOwnPods()
    {
        var (clock, connections) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new FakeConnections());
        await using var domain = await TestDomain.CreateAsync(
            services: services => services.AddSingleton<TimeProvider>(clock).AddSingleton<IConnectionDirectory>(connections));
        var mine = await domain.DeployAsync();
        await domain.DeployAsync(owner: TestDomain.Other);
        await using var tab = new PageContext(domain);
        var page = tab.Show<ConnectionsPage>();
        await page.WaitForAssertionAsync(() => Assert.Contains("Nobody is connected", page.Markup, StringComparison.Ordinal));
        connections.Open(mine.Id);
        clock.Advance(TimeSpan.FromSeconds(1));
        await page.WaitForAssertionAsync(() => Assert.Contains("1 connection", page.Find(".connections-summary").TextContent, StringComparison.Ordinal));
        Assert.Empty(connections.ClosedAsked);

        await page.InvokeAsync(() => page.Button("Recently closed").Click());

        await page.WaitForAssertionAsync(() => Assert.Contains("None yet", page.Markup, StringComparison.Ordinal));
        Assert.All(connections.ClosedAsked, pods => Assert.Equal([mine.Id], pods));
        Assert.NotEmpty(connections.ClosedAsked);
    }

    [Theory]
    [InlineData("blue", "1 of 3 connections", "blue Client left")]
    [InlineData("red%20hand", "1 of 3 connections", "red Ended by hand")]
    [InlineData("198.51.100.1%20:22", "2 of 3 connections", "red Finished, blue Client left")]
    [InlineData("", "3 connections", "red Finished, red Ended by hand, blue Client left")]
    public async Task Filter_ClosedOnesAreShown_LeavesThoseThatMatchNewestFirst(string words, string summary, string expected)
    {
        var connections = new FakeConnections();
        await using var domain = await NewDomainAsync(connections);
        var red = await domain.DeployAsync(overrides: new() { Name = "red" });
        var blue = await domain.DeployAsync(overrides: new() { Name = "blue" });
        connections.OpenAndClose(blue.Id, CloseReason.Client, "198.51.100.1");
        connections.OpenAndClose(red.Id, CloseReason.Killed, "192.0.2.7");
        connections.OpenAndClose(red.Id, CloseReason.Finished, "198.51.100.1");
        await using var tab = new PageContext(domain);

        var page = Show(tab, words);

        await page.WaitForAssertionAsync(() => Assert.Equal(expected, string.Join(", ", RowsOf(page))));
        Assert.Equal(summary, page.Find(".connections-summary").TextContent.Trim());
    }

    [Fact]
    public async Task Filter_NoClosedOneMatches_SaysSoAndShowsAllAgain()
    {
        var connections = new FakeConnections();
        await using var domain = await NewDomainAsync(connections);
        connections.OpenAndClose((await domain.DeployAsync()).Id, CloseReason.Finished);
        await using var tab = new PageContext(domain);
        var page = Show(tab, "nobody");
        await page.WaitForAssertionAsync(() => Assert.Equal("0 of 1 connection", page.Find(".connections-summary").TextContent.Trim()));
        Assert.Contains("No connection matches.", page.Markup, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find(".connections-none > *").Click());

        await page.WaitForAssertionAsync(() => Assert.Contains("Finished", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Equal("1 connection", page.Find(".connections-summary").TextContent.Trim());
        Assert.EndsWith("/connections?show=closed", tab.Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owner_OfClosedOnes_IsShownToAdministratorsAlone()
    {
        var connections = new FakeConnections();
        await using var domain = await NewDomainAsync(connections);
        connections.OpenAndClose((await domain.DeployAsync()).Id, CloseReason.Finished);
        connections.OpenAndClose((await domain.DeployAsync(owner: TestDomain.Other)).Id, CloseReason.Finished);

        Assert.Equal(["other@example.com", "owner@example.com"], await OwnersAsync(TestDomain.Admin, "", "2 connections"));
        Assert.Equal(["other@example.com"], await OwnersAsync(TestDomain.Admin, "other@", "1 of 2 connections"));
        Assert.Empty(await OwnersAsync(TestDomain.Owner, "", "1 connection"));

        async Task<IReadOnlyList<string>> OwnersAsync(Actor actor, string words, string summary)
        {
            await using var tab = new PageContext(domain, actor);
            var page = Show(tab, words);
            await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("tbody code")));
            Assert.Equal(summary, page.Find(".connections-summary").TextContent.Trim());
            return page.Texts("tbody .connections-owner");
        }
    }

    private static Task<TestDomain> NewDomainAsync(FakeConnections connections) => TestDomain.CreateAsync(services: services => services
        .AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow)).AddSingleton<IConnectionDirectory>(connections));

    private static IRenderedComponent<ConnectionsPage> Show(PageContext tab, string words)
    {
        tab.Navigation.NavigateTo($"/connections?show=closed&q={words}");
        return tab.Show<ConnectionsPage>();
    }

    private static IEnumerable<string> RowsOf(IRenderedComponent<ConnectionsPage> page) => page.FindAll("tbody tr")
        .Where(row => row.QuerySelector("td") is not null).Select(row => $"{row.QuerySelector(".connections-cut")!.TextContent} {WhyOf(row)}");

    // The fifth column, without the time that stands below it on a phone.
    private static string WhyOf(IElement row) =>
        string.Concat(row.QuerySelectorAll("td")[4].ChildNodes.OfType<IText>().Select(text => text.TextContent)).Trim();
}
