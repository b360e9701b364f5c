using Bunit;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Web.Pods;

public sealed class PodsPageTests
{
    [Fact]
    public async Task Page_NoPods_LeadsToDeploy()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var page = tab.Show<PodsPage>();

        await page.WaitForAssertionAsync(() => Assert.Contains("No pods yet", page.Markup, StringComparison.Ordinal));
        Assert.All(page.FindAll("a"), link => Assert.Equal("/deploy", link.GetAttribute("href")));
    }

    [Fact]
    public async Task Page_ChangesElsewhere_AppearWithoutReload()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var page = tab.Show<PodsPage>();
        var stop = TestContext.Current.CancellationToken;

        var pod = await domain.DeployAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Running", page.Find("article").TextContent, StringComparison.Ordinal));
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new PodEdit { Name = "renamed", Locked = true }, stop);
        await page.WaitForAssertionAsync(() => Assert.Equal("renamed", page.Find("article h2").TextContent));
        Assert.Contains("Locked", page.Find("article").TextContent, StringComparison.Ordinal);
        await domain.Pods.EditAsync(TestDomain.Owner, pod.Id, null, new PodEdit { Locked = false }, stop);
        await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, stop);
        await page.WaitForAssertionAsync(() => Assert.Contains("Exited", page.Find("article").TextContent, StringComparison.Ordinal));
        Assert.Contains("renamed: Exited.", page.Find("div[role=status].visually-hidden").TextContent, StringComparison.Ordinal);
        await domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, stop);
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("article")));
    }

    [Fact]
    public async Task Page_PortIsSlow_ItsCardSaysSoUntilItIsNot()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var page = tab.Show<PodsPage>();
        var port = new ExposedPort { Key = new(PortProtocol.Http, 8888), State = PortState.Live, Warning = "A request has waited for more than 80 s." };

        domain.Publisher.Show(domain.Publisher.Find(pod.Id) with { Ports = [port] });
        await page.WaitForAssertionAsync(() =>
            Assert.Equal("Port 8888: A request has waited for more than 80 s.", page.Find("article .pod-warning").TextContent.Trim()));
        domain.Publisher.Show(domain.Publisher.Find(pod.Id) with { Ports = [port with { Warning = "" }] });
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".pod-warning")));
    }

    [Fact]
    public async Task Page_PodsOfOthers_AreNotListed()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain, TestDomain.Other);
        var page = tab.Show<PodsPage>();

        await domain.DeployAsync(owner: TestDomain.Owner);
        var own = await domain.DeployAsync(owner: TestDomain.Other);

        await page.WaitForAssertionAsync(() => Assert.Contains(own.Id.Value, page.Find("article").TextContent, StringComparison.Ordinal));
        Assert.Single(page.FindAll("article"));
    }

    [Fact]
    public async Task Rename_OnTheCard_SavesTheName()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var page = tab.Show<PodsPage>();

        await page.WaitForElementAsync("article");
        page.Find("article .pod-name button").Click();
        page.Find(".pod-name input").Input("quiet_plum_heron");
        await page.Find("button[aria-label='Save the name']").ClickAsync();

        await page.WaitForAssertionAsync(() => Assert.Equal("quiet_plum_heron", page.Find("article h2").TextContent));
        Assert.Equal("quiet_plum_heron", (await domain.FindAsync(pod.Id))!.Name);
    }

    [Fact]
    public async Task Card_Chevron_ShowsTheDetails()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        await domain.DeployAsync();
        var page = tab.Show<PodsPage>();
        await page.WaitForElementAsync("article");
        Assert.Equal("false", page.Find("[aria-controls]").GetAttribute("aria-expanded"));

        page.Find("[aria-controls]").Click();

        Assert.Equal("true", page.Find("[aria-controls]").GetAttribute("aria-expanded"));
        Assert.Contains("(not enforced)", page.Find("article").TextContent, StringComparison.Ordinal);
        Assert.Contains("No Volume Mounted", page.Find("article").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drawer_ReportChanges_RepaintsByItself()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var page = Open(tab, pod.Id.Value);
        await page.WaitForAssertionAsync(() => Assert.Contains("Nothing is exposed", page.Markup, StringComparison.Ordinal));

        domain.Publisher.Show(new Exposure(pod.Id, [new ExposedPort { Key = new(PortProtocol.Http, 8888), State = PortState.Live }]));

        await page.WaitForAssertionAsync(() => Assert.Equal("Ready", page.Find(".readiness").TextContent.Trim()));
    }

    [Fact]
    public async Task Drawer_TabOfTheAddress_IsOpen()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        tab.Navigation.NavigateTo(PodPaths.Of(pod.Id, PodTab.Details));
        var page = Open(tab, pod.Id.Value);

        await page.WaitForAssertionAsync(() => Assert.Equal("Details", page.Find("[role=tab][aria-selected=true]").TextContent.Trim()));
    }

    [Fact]
    public async Task Drawer_Escape_GoesBackToTheList()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var page = Open(tab, pod.Id.Value);

        await page.Find("[role=dialog]").KeyDownAsync("Escape");

        Assert.Equal("/pods", new Uri(tab.Navigation.Uri).AbsolutePath);
    }

    [Fact]
    public async Task Drawer_ForeignAndUnknownId_SayTheSame()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        var foreign = await MissingAsync(domain, TestDomain.Other, pod.Id.Value);

        Assert.Contains("There is no such pod", foreign, StringComparison.Ordinal);
        Assert.DoesNotContain(pod.Name, foreign, StringComparison.Ordinal);
        Assert.Equal(foreign, await MissingAsync(domain, TestDomain.Other, PodId.New().Value));
        Assert.Equal(foreign, await MissingAsync(domain, TestDomain.Owner, "not-an-id"));
    }

    private static async Task<string> MissingAsync(TestDomain domain, Actor actor, string id)
    {
        await using var tab = new PageContext(domain, actor);
        var page = Open(tab, id);
        await page.WaitForAssertionAsync(() => Assert.Contains("Not found", page.Markup, StringComparison.Ordinal));
        return page.Find("[role=dialog]").TextContent;
    }

    private static IRenderedComponent<PodsPage> Open(PageContext tab, string id) => tab.Show<PodsPage>(page => page.Add(item => item.Id, id));
}
