using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Connections;
using PodConsole.Tests.Support;
using PodConsole.Web.Connections;

namespace PodConsole.Tests.Web.Connections;

/// <summary>When the page asks for connections that ended, which may be very many.</summary>
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
}
