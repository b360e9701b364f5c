using Bunit;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Pods.Edit;

/// <summary>Edit Pod, from what it shows before saving to the database.</summary>
public sealed class EditPodDialogTests
{
    [Fact]
    public async Task Open_ShowsOriginalsLabelsAndNothingToSave()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (_, dialog) = await EditedPod.OpenAsync(page);

        string[] labels = ["Pod Name", "Docker Image Name", "Docker Command", "Container Disk", "Volume Disk", "Volume Mount Path", EditedPod.Http, EditedPod.Tcp];
        Assert.All(labels, label => Assert.NotNull(dialog.Field(label)));
        Assert.Contains("Environment Variables", dialog.Texts(".environment-title"));
        Assert.Equal("8888", dialog.Field(EditedPod.Http).GetAttribute("value"));
        Assert.Equal(["No changes"], dialog.Texts(".effects-none"));
        Assert.True(dialog.Button("Save").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Save_PortsChanged_SaysSoBeforeAndNeverResets()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        page.Domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 22), 2);

        await dialog.Field(EditedPod.Http).InputAsync("8888, 4000");
        await dialog.Field(EditedPod.Tcp).InputAsync("");

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
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        page.Domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 22), 2);
        Assert.Empty(dialog.FindAll(".edit-pod-wait"));
        await dialog.Field(EditedPod.Tcp).InputAsync("");
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
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        var kept = pod.LeaseOf(new(PortProtocol.Tcp, 22))!.Port;
        await dialog.Field(EditedPod.Tcp).InputAsync("22, 70000");
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
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);

        await dialog.Field("Docker Command").InputAsync("--verbose");

        Assert.Contains("Docker Command: the pod is reset.", dialog.Find(".effects-reset").TextContent, StringComparison.Ordinal);
        Assert.NotNull(dialog.FindButton("Save and reset"));
        await dialog.Find("form").SubmitAsync();
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        Assert.Equal(pod.DiskGeneration + 1, (await page.Domain.FindAsync(pod.Id))!.DiskGeneration);
    }

    [Fact]
    public async Task Save_ResetWhileConnectionsAreOpen_NamesThemBefore()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        page.Domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Http, 8888), 1);
        page.Domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 22), 2);

        await dialog.Field("Docker Command").InputAsync("--verbose");

        Assert.Equal(
            ["1 open connection on 8888/http is cut.", "2 open connections on 22/tcp are cut."],
            dialog.Texts(".effects-drop li").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Typing_Invalid_BlocksSaveAndHidesEffects()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (_, dialog) = await EditedPod.OpenAsync(page);

        await dialog.Field(EditedPod.Http).InputAsync("70000");
        await dialog.Field("Container Disk").InputAsync("ten");

        Assert.Equal(["Correct the marked fields first."], dialog.Texts(".effects-none"));
        Assert.Contains("Give whole GB, 1 to 100,000.", dialog.Markup, StringComparison.Ordinal);
        Assert.True(dialog.Button("Save").HasAttribute("disabled"));
        Assert.Equal("ten", dialog.Field("Container Disk").GetAttribute("value"));
    }

    [Fact]
    public async Task Cancel_WithTypedText_AsksFirst()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (_, dialog) = await EditedPod.OpenAsync(page);
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
        await using var page = await EditedPod.NewPageAsync();
        var (_, dialog) = await EditedPod.OpenAsync(page);

        await dialog.Button("Cancel").ClickAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
    }
}
