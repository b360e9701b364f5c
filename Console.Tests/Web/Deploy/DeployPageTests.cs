using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;
using PodConsole.Web.Deploy;

namespace PodConsole.Tests.Web.Deploy;

public sealed class DeployPageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ForTemplate_SumsUpWhatWillRun()
    {
        await using var page = await NewPageAsync();

        var deploy = await ShowAsync(page, "/deploy?template=pod-console-demo");

        Assert.Equal(["Secure Cloud", "Community Cloud"], deploy.Texts(".cloud-option-name"));
        Assert.Matches("^[a-z]+_[a-z]+_[a-z]+$", deploy.Field("Pod Name").GetAttribute("value"));
        Assert.Equal(
            ["demo", "none", "5 GB", "10 GB at /workspace", "4000 (Demo page)", "70000 (TCP echo)", "no variables", "LocalProcess"],
            deploy.Texts(".facts dd"));
        Assert.Contains("Disk sizes are recorded, not enforced.", deploy.Markup, StringComparison.Ordinal);
        Assert.All(["Change Template", "Edit Template", "Deploy On-Demand"], name => Assert.NotNull(deploy.FindButton(name)));
    }

    [Fact]
    public async Task Page_OneCloudConfigured_OffersNoOther()
    {
        await using var page = await NewPageAsync(gateway => gateway.PublicAddresses.Add(new() { Address = "127.0.0.1", Cloud = CloudType.Secure }));

        var deploy = await ShowAsync(page, "/deploy");

        Assert.Equal(["Secure Cloud"], deploy.Texts(".cloud-option-name"));
    }

    [Fact]
    public async Task Page_UnknownTemplate_SaysSoAndChoosesAnother()
    {
        await using var page = await NewPageAsync();

        var deploy = await ShowAsync(page, "/deploy?template=gone");

        Assert.Contains("There is no template gone (any more). Pod Console demo is chosen instead.", deploy.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_Succeeds_ShowsStagesThenGoesToConnect()
    {
        var mayStart = new TaskCompletionSource();
        await using var page = await NewPageAsync();
        page.Domain.Runtime.BeforeStart = _ => mayStart.Task;
        var deploy = await ShowAsync(page, "/deploy?template=pod-console-demo");
        await deploy.Field("Pod Name").InputAsync("my pod");

        await deploy.Find("form").SubmitAsync();

        await deploy.WaitForAssertionAsync(() => Assert.Equal(["Saving", "Provisioning", "Starting", "Running"], deploy.Texts(".stage")));
        mayStart.SetResult();
        var pod = Assert.Single(await page.Domain.Queries.ListOwnAsync(TestDomain.Owner, Token));
        await Eventually.TrueAsync(() => page.Navigation.Uri.EndsWith($"/pods/{pod.Id}?tab=connect", StringComparison.Ordinal), "the page goes to the pod");
        Assert.Equal(("my pod", CloudType.Secure), (pod.Name, pod.Cloud));
    }

    [Fact]
    public async Task Deploy_PlannedNumber_IsShownBeforeAndGiven()
    {
        await using var page = await NewPageAsync();
        var deploy = await ShowAsync(page, "/deploy?template=pod-console-demo");
        await deploy.WaitForStateAsync(() => deploy.FindAll(".planned-ports li").Count == 1);
        Assert.Contains("1 symmetrical TCP port fits on 127.0.0.1.", deploy.Find(".planned-ports").TextContent, StringComparison.Ordinal);
        var shown = deploy.FindAll(".planned-ports li code")[1].TextContent;

        await deploy.Find("form").SubmitAsync();

        var pod = Assert.Single(await page.Domain.Queries.ListOwnAsync(TestDomain.Owner, Token));
        Assert.Equal(shown, $"{pod.Leases.Single().Port}");
    }

    [Fact]
    public async Task Deploy_ProgramCannotStart_ShowsWhyAndTheWayToThePod()
    {
        await using var page = await NewPageAsync();
        page.Domain.Runtime.OnStart = _ => new(null, "There is no program demo on PATH.");
        var deploy = await ShowAsync(page, "/deploy?template=pod-console-demo");

        await deploy.Find("form").SubmitAsync();

        await deploy.WaitForAssertionAsync(() => Assert.Contains(
            "There is no program demo on PATH.", deploy.Find(".deploy-progress [role=alert]").TextContent, StringComparison.Ordinal));
        Assert.StartsWith("/pods/", deploy.Button("Open the pod").GetAttribute("href"), StringComparison.Ordinal);
        await deploy.Button("Deploy another").ClickAsync();
        Assert.NotNull(deploy.FindButton("Deploy On-Demand"));
    }

    [Fact]
    public async Task Deploy_Refused_SaysNextStepAndKeepsWhatWasTyped()
    {
        await using var page = await NewPageAsync(gateway => gateway.TcpPortRange = "20000-20000");
        await page.Domain.DeployAsync("", "22");
        var deploy = await ShowAsync(page, "/deploy?template=pod-console-demo");
        await deploy.Field("Pod Name").InputAsync("typed");

        await deploy.Find("form").SubmitAsync();

        await deploy.WaitForStateAsync(() => deploy.FindAll(".form-alert [role=alert]").Count == 1);
        Assert.Equal("typed", deploy.Field("Pod Name").GetAttribute("value"));
        Assert.NotNull(deploy.FindButton("Deploy On-Demand"));
    }

    [Fact]
    public async Task Overrides_Set_HoldForThePodOnly()
    {
        await using var page = await NewPageAsync();
        var deploy = await ShowAsync(page, "/deploy?template=pod-console-demo");

        var click = deploy.Button("Edit Template").ClickAsync();
        await page.Dialogs.WaitForStateAsync(() => page.Dialogs.FindButton("Set Overrides") is not null);
        Assert.Contains("Pod template overrides", page.Dialogs.Markup, StringComparison.Ordinal);
        await page.Dialogs.Field("Expose HTTP Ports (Max 10)").InputAsync("4000, 70000");
        await page.Dialogs.Find("form").SubmitAsync();
        Assert.NotNull(page.Dialogs.FindButton("Set Overrides"));
        await page.Dialogs.Field("Expose HTTP Ports (Max 10)").InputAsync("4000, 8888");
        await page.Dialogs.Find("form").SubmitAsync();
        await click;
        Assert.Contains("4000 (Demo page), 8888", deploy.Texts(".facts dd"));
        await deploy.Find("form").SubmitAsync();

        await Eventually.TrueAsync(async () => (await page.Domain.Queries.ListOwnAsync(TestDomain.Owner, Token)).Count == 1, "the pod is saved");
        var pod = Assert.Single(await page.Domain.Queries.ListOwnAsync(TestDomain.Owner, Token));
        Assert.Equal([4000, 8888], pod.Ports.Where(port => port.Protocol == PortProtocol.Http).OrderBy(port => port.Id).Select(port => port.Number));
        var template = await page.Domain.Templates.FindAsync(TestDomain.Owner, "pod-console-demo", Token);
        Assert.Equal(2, template!.Ports.Count);
    }

    [Fact]
    public async Task ChangeTemplate_Search_FindsAndChooses()
    {
        await using var page = await NewPageAsync();
        var deploy = await ShowAsync(page, "/deploy");

        var click = deploy.Button("Change Template").ClickAsync();
        await page.Dialogs.WaitForStateAsync(() => page.Dialogs.FindAll(".template-option").Count > 1);
        await page.Dialogs.Field("Search").InputAsync("python");
        Assert.Equal(["Python file server"], page.Dialogs.Texts(".template-option .template-summary-name"));
        await page.Dialogs.Find(".template-option").ClickAsync();
        await click;

        Assert.EndsWith("/deploy?template=python-http-server", page.Navigation.Uri, StringComparison.Ordinal);
    }

    private static async Task<PageContext> NewPageAsync(Action<GatewaySettings>? gateway = null) =>
        new(await TestDomain.CreateAsync(gateway)) { OwnsDomain = true };

    private static async Task<IRenderedComponent<DeployPage>> ShowAsync(PageContext page, string address)
    {
        page.Navigation.NavigateTo(address);
        var deploy = page.Show<DeployPage>();
        await deploy.WaitForStateAsync(() => deploy.FindAll("form").Count > 0);
        return deploy;
    }
}
