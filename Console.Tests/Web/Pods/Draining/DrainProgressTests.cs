using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Web.Pods.Draining;

/// <summary>A drain as people choose it, see it in every tab and end it.</summary>
public sealed class DrainProgressTests
{
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Stop_WaitChosen_IsSeenInAnotherTabWithWhatIsLeftAndOutlivesTheFirst()
    {
        await using var domain = await NewDomainAsync();
        await using var other = new PageContext(domain);
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 2);
        var page = other.Show<PodsPage>();
        await using (var tab = new PageContext(domain))
        {
            var controls = tab.Show<PodControls>(item => item.Add(control => control.Pod, pod));
            var stopping = controls.FindAll("button")[^1].ClickAsync();
            await Eventually.TrueAsync(() => tab.Dialogs.FindAll("input[type=radio]").Count == 2, "the dialog offers to wait");
            Assert.Contains("Wait for open connections (2 open now), at most 5 minutes", tab.Dialogs.Markup, StringComparison.Ordinal);
            await tab.Dialogs.FindAll("input[type=radio]")[1].ClickAsync();
            await Button(tab.Dialogs, "Stop").ClickAsync();
            await stopping;
        }

        await page.WaitForAssertionAsync(() => Assert.Contains("Stops once its connections have ended", page.Markup, StringComparison.Ordinal));
        Assert.Equal("2 connections open · 5:00 left", page.Find(".drain-left").TextContent);
        Assert.Contains("Draining", page.Find(".pod-state").TextContent, StringComparison.Ordinal);
        domain.Publisher.SetConnections(pod.Id, Tcp, 1);
        _clock.Advance(TimeSpan.FromSeconds(56));
        await page.WaitForAssertionAsync(() => Assert.Equal("1 connection open · 4:04 left", page.Find(".drain-left").TextContent));

        domain.Publisher.SetConnections(pod.Id, Tcp, 0);
        await domain.Get<DrainKeeper>().LookAsync();
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drain")));
        await domain.WaitForAsync(pod.Id, PodStatus.Exited);
    }

    [Fact]
    public async Task Reset_WaitChosen_BeginsADrain()
    {
        await using var domain = await NewDomainAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 1);
        var controls = tab.Show<PodControls>(item => item.Add(control => control.Pod, pod));
        controls.Find(".mud-menu button").Click();

        var resetting = tab.Popovers.FindAll(".mud-menu-item").Single(item => item.TextContent.Trim() == "Reset Pod").ClickAsync();
        await Eventually.TrueAsync(() => tab.Dialogs.FindAll("input[type=radio]").Count == 2, "the dialog offers to wait");
        await tab.Dialogs.FindAll("input[type=radio]")[1].ClickAsync();
        await Button(tab.Dialogs, "Reset Pod").ClickAsync();
        await resetting;

        var saved = (await domain.FindAsync(pod.Id))!;
        Assert.Equal((pod.Generation, DrainAction.Reset), (saved.Generation, saved.Drain?.Action));
    }

    [Theory]
    [InlineData("Cancel", false)]
    [InlineData("Stop now", true)]
    public async Task Button_DuringADrain_EndsIt(string button, bool stops)
    {
        await using var domain = await NewDomainAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 2);
        await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, TestContext.Current.CancellationToken);
        var page = tab.Show<PodsPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".drain")));

        await Button(page, button).ClickAsync();

        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drain")));
        var saved = (await domain.FindAsync(pod.Id))!;
        Assert.Equal((stops ? PodIntent.Stop : PodIntent.Run, null), (saved.Intent, saved.Drain));
    }

    private static IElement Button<T>(IRenderedComponent<T> shown, string text) where T : Microsoft.AspNetCore.Components.IComponent =>
        shown.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private Task<TestDomain> NewDomainAsync() => TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
}
