using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods.Edit;

namespace PodConsole.Tests.Web.Pods.Edit;

public sealed class EditPodDialogTests
{
    private const string Http = "Expose HTTP Ports (Max 10)";
    private const string Tcp = "Expose TCP Ports";

    [Fact]
    public async Task Open_ShowsOriginalsLabelsAndNothingToSave()
    {
        await using var page = await NewPageAsync();
        var (_, dialog) = await OpenAsync(page);

        string[] labels = ["Pod Name", "Docker Image Name", "Docker Command", "Container Disk", "Volume Disk", "Volume Mount Path", Http, Tcp];
        Assert.All(labels, label => Assert.NotNull(dialog.Field(label)));
        Assert.Contains("Environment Variables", dialog.Texts(".environment-title"));
        Assert.Equal("8888", dialog.Field(Http).GetAttribute("value"));
        Assert.Equal(["No changes"], dialog.Texts(".effects-none"));
        Assert.True(dialog.Button("Save").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Save_PortsChanged_SaysSoBeforeAndNeverResets()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        page.Domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 22), 2);

        await dialog.Field(Http).InputAsync("8888, 4000");
        await dialog.Field(Tcp).InputAsync("");

        Assert.Equal(["Connections that end", "Mappings", "Applied live"], dialog.Texts("h4"));
        Assert.Contains("2 open connections on 22/tcp end after at most 30 s.", dialog.Texts(".effects-drop li"));
        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        var saved = await page.Domain.FindAsync(pod.Id);
        Assert.Equal([8888, 4000], saved!.Ports.OrderBy(port => port.Id).Select(port => port.Number));
        Assert.Equal(pod.Generation, saved.Generation);
    }

    [Fact]
    public async Task Save_WaitChosen_SaysSoBeforeAndKeepsThePortUntilItsConnectionsHaveEnded()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        page.Domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 22), 2);
        Assert.Empty(dialog.FindAll(".edit-pod-wait"));
        await dialog.Field(Tcp).InputAsync("");
        Assert.Contains("(2 open now), at most 5 minutes", dialog.Find(".edit-pod-wait").TextContent, StringComparison.Ordinal);

        await dialog.Find(".edit-pod-wait input").ChangeAsync(true);

        Assert.Contains("22/tcp takes nothing new at once, and is closed when its connections have ended.", dialog.Texts(".effects-live li"));
        await dialog.Find("form").SubmitAsync();
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        var saved = (await page.Domain.FindAsync(pod.Id))!;
        Assert.Equal((2, 22), (saved.Ports.Count, Assert.Single(saved.Drain!.Ports).Number));
    }

    [Fact]
    public async Task Save_PlannedNumber_IsShownBeforeAndGiven()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        var kept = pod.LeaseOf(new(PortProtocol.Tcp, 22))!.Port;
        await dialog.Field(Tcp).InputAsync("22, 70000");
        await dialog.WaitForStateAsync(() => dialog.FindAll(".planned-ports li").Count == 2);
        Assert.Equal($"22 keeps {kept}", dialog.FindAll(".planned-ports li")[0].TextContent.Trim());
        var shown = dialog.FindAll(".planned-ports li code")[3].TextContent;

        await dialog.Find("form").SubmitAsync();

        await Eventually.TrueAsync(async () => (await page.Domain.FindAsync(pod.Id))!.Leases.Count == 2, "it is saved");
        Assert.Equal(shown, $"{(await page.Domain.FindAsync(pod.Id))!.LeaseOf(new(PortProtocol.Tcp, 70000))!.Port}");
    }

    [Fact]
    public async Task Save_CommandChanged_IsCalledSaveAndReset()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);

        await dialog.Field("Docker Command").InputAsync("--verbose");

        Assert.Contains("Docker Command: the pod is reset.", dialog.Find(".effects-reset").TextContent, StringComparison.Ordinal);
        Assert.NotNull(dialog.FindButton("Save and reset"));
        await dialog.Find("form").SubmitAsync();
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        Assert.Equal(pod.DiskGeneration + 1, (await page.Domain.FindAsync(pod.Id))!.DiskGeneration);
    }

    [Fact]
    public async Task Typing_Invalid_BlocksSaveAndHidesEffects()
    {
        await using var page = await NewPageAsync();
        var (_, dialog) = await OpenAsync(page);

        await dialog.Field(Http).InputAsync("70000");
        await dialog.Field("Container Disk").InputAsync("ten");

        Assert.Equal(["Correct the marked fields first."], dialog.Texts(".effects-none"));
        Assert.Contains("Give whole GB, 1 to 100,000.", dialog.Markup, StringComparison.Ordinal);
        Assert.True(dialog.Button("Save").HasAttribute("disabled"));
        Assert.Equal("ten", dialog.Field("Container Disk").GetAttribute("value"));
    }

    [Fact]
    public async Task SomebodySaves_WhileTyping_IsSaidAndTypedTextStays()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        await dialog.Field(Http).InputAsync("8888, 4000");

        await page.Domain.Pods.EditAsync(TestDomain.Admin, pod.Id, null, new() { Name = "theirs" }, TestContext.Current.CancellationToken);

        await dialog.WaitForAssertionAsync(() => Assert.Equal(["Somebody else saved this pod meanwhile"], dialog.Texts(".form-alert-title")));
        Assert.Equal(["The name is now theirs."], dialog.Texts(".form-alert li"));
        Assert.Equal("8888, 4000", dialog.Field(Http).GetAttribute("value"));
        Assert.True(dialog.Button("Save").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Save_AfterUnseenSave_ShowsConflictAndSavesMineOnRequest()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        await dialog.Field(Http).InputAsync("8888, 4000");
        await ChangeUnseenAsync(page, pod, saved => saved.Command = "--theirs");

        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForAssertionAsync(() => Assert.Equal(["Docker Command is now --theirs."], dialog.Texts(".form-alert li")));
        Assert.Equal("8888, 4000", dialog.Field(Http).GetAttribute("value"));
        await dialog.Button("Save mine anyway").ClickAsync();
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        var saved = await page.Domain.FindAsync(pod.Id);
        Assert.Equal("", saved!.Command);
        Assert.Equal(2, saved.Ports.Count(port => port.Protocol == PortProtocol.Http));
    }

    [Fact]
    public async Task Conflict_LoadTheirVersion_ShowsWhatTheySaved()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        await dialog.Field(Http).InputAsync("8888, 4000");
        await ChangeUnseenAsync(page, pod, saved => saved.Name = "theirs");
        await dialog.Find("form").SubmitAsync();
        await dialog.WaitForStateAsync(() => dialog.FindButton("Load their version") is not null);

        await dialog.Button("Load their version").ClickAsync();

        Assert.Equal("theirs", dialog.Field("Pod Name").GetAttribute("value"));
        Assert.Equal("8888", dialog.Field(Http).GetAttribute("value"));
        Assert.Empty(dialog.FindAll(".form-alert"));
    }

    [Fact]
    public async Task Restart_WhileTyping_IsNoConflict()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);
        await dialog.Field(Http).InputAsync("8888, 4000");

        await page.Domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, TestContext.Current.CancellationToken);
        await page.Domain.WaitForAsync(pod.Id, PodStatus.Running);
        await dialog.WaitForStateAsync(() => !dialog.Button("Save").HasAttribute("disabled"));
        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0 || dialog.FindAll(".form-alert").Count > 0);
        Assert.Empty(dialog.FindAll(".form-alert-title"));
    }

    [Fact]
    public async Task Locked_OnlyTheNameCanBeChanged()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page, new() { Locked = true });

        Assert.Contains("This pod is locked: only its name can be changed.", dialog.Find(".form-alert").TextContent, StringComparison.Ordinal);
        Assert.All(["Docker Image Name", "Docker Command", Http, Tcp], label => Assert.True(dialog.Field(label).HasAttribute("disabled")));
        await dialog.Field("Pod Name").InputAsync("renamed");
        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        Assert.Equal("renamed", (await page.Domain.FindAsync(pod.Id))!.Name);
    }

    [Fact]
    public async Task Cancel_WithTypedText_AsksFirst()
    {
        await using var page = await NewPageAsync();
        var (_, dialog) = await OpenAsync(page);
        await dialog.Field("Pod Name").InputAsync("half typed");

        var closing = dialog.Find(".form-dialog-keys").KeyDownAsync("Escape");

        await dialog.WaitForAssertionAsync(() => Assert.NotNull(dialog.FindButton("Discard")));
        Assert.Equal("half typed", dialog.Field("Pod Name").GetAttribute("value"));
        await dialog.Button("Discard").ClickAsync();
        await closing;
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
    }

    [Fact]
    public async Task Cancel_NothingTyped_ClosesAtOnce()
    {
        await using var page = await NewPageAsync();
        var (_, dialog) = await OpenAsync(page);

        await dialog.Button("Cancel").ClickAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
    }

    [Fact]
    public async Task Terminated_WhileOpen_IsSaid()
    {
        await using var page = await NewPageAsync();
        var (pod, dialog) = await OpenAsync(page);

        await page.Domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, TestContext.Current.CancellationToken);

        await dialog.WaitForStateAsync(() => dialog.Markup.Contains("This pod is gone", StringComparison.Ordinal));
        Assert.Null(dialog.FindButton("Save"));
    }

    private static async Task<PageContext> NewPageAsync() => new(await TestDomain.CreateAsync()) { OwnsDomain = true };

    private static async Task<(Pod Pod, IRenderedComponent<MudDialogProvider> Dialog)> OpenAsync(PageContext page, PodEdit? overrides = null)
    {
        var pod = await page.Domain.DeployAsync("8888", "22", overrides: overrides);
        var dialog = page.Render<MudDialogProvider>();
        await dialog.InvokeAsync(() =>
        {
            // It ends when the dialog is closed, which the test does.
            _ = EditPodDialog.OpenAsync(page.Services.GetRequiredService<IDialogService>(), pod.Id);
        });
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count > 0);
        return (pod, dialog);
    }

    // As another console on the same database would: nothing ticks here.
    private static async Task ChangeUnseenAsync(PageContext page, Pod pod, Action<Pod> change)
    {
        await using var db = await page.Domain.OpenDatabaseAsync();
        var saved = await db.Pods.SingleAsync(item => item.Id == pod.Id, TestContext.Current.CancellationToken);
        change(saved);
        saved.Version++;
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
