using Bunit;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Pods.Edit;

/// <summary>What happens to the pod, by others or by itself, while it is being edited.</summary>
public sealed class EditConflictTests
{
    [Fact]
    public async Task SomebodySaves_WhileTyping_IsSaidAndTypedTextStays()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        await dialog.Field(EditedPod.Http).InputAsync("8888, 4000");

        await page.Domain.Pods.EditAsync(TestDomain.Admin, pod.Id, null, new() { Name = "theirs" }, TestContext.Current.CancellationToken);

        await dialog.WaitForAssertionAsync(() => Assert.Equal(["Somebody else saved this pod meanwhile"], dialog.Texts(".form-alert-title")));
        Assert.Equal(["The name is now theirs."], dialog.Texts(".form-alert li"));
        Assert.Equal("8888, 4000", dialog.Field(EditedPod.Http).GetAttribute("value"));
        Assert.True(dialog.Button("Save").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Save_AfterUnseenSave_ShowsConflictAndSavesMineOnRequest()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        await dialog.Field(EditedPod.Http).InputAsync("8888, 4000");
        await ChangeUnseenAsync(page, pod, saved => saved.Command = "--theirs");

        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForAssertionAsync(() => Assert.Equal(["Docker Command is now --theirs."], dialog.Texts(".form-alert li")));
        Assert.Equal("8888, 4000", dialog.Field(EditedPod.Http).GetAttribute("value"));
        await dialog.Button("Save mine anyway").ClickAsync();
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        var saved = await page.Domain.FindAsync(pod.Id);
        Assert.Equal("", saved!.Command);
        Assert.Equal(2, saved.Ports.Count(port => port.Protocol == PortProtocol.Http));
    }

    [Fact]
    public async Task Conflict_LoadTheirVersion_ShowsWhatTheySaved()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        await dialog.Field(EditedPod.Http).InputAsync("8888, 4000");
        await ChangeUnseenAsync(page, pod, saved => saved.Name = "theirs");
        await dialog.Find("form").SubmitAsync();
        await dialog.WaitForStateAsync(() => dialog.FindButton("Load their version") is not null);

        await dialog.Button("Load their version").ClickAsync();

        Assert.Equal("theirs", dialog.Field("Pod Name").GetAttribute("value"));
        Assert.Equal("8888", dialog.Field(EditedPod.Http).GetAttribute("value"));
        Assert.Empty(dialog.FindAll(".form-alert"));
    }

    [Fact]
    public async Task Restart_WhileTyping_IsNoConflict()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);
        await dialog.Field(EditedPod.Http).InputAsync("8888, 4000");

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
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page, new() { Locked = true });

        Assert.Contains("This pod is locked: only its name can be changed.", dialog.Find(".form-alert").TextContent, StringComparison.Ordinal);
        Assert.All(["Docker Image Name", "Docker Command", EditedPod.Http, EditedPod.Tcp], label => Assert.True(dialog.Field(label).HasAttribute("disabled")));
        await dialog.Field("Pod Name").InputAsync("renamed");
        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        Assert.Equal("renamed", (await page.Domain.FindAsync(pod.Id))!.Name);
    }

    [Fact]
    public async Task Terminated_WhileOpen_IsSaid()
    {
        await using var page = await EditedPod.NewPageAsync();
        var (pod, dialog) = await EditedPod.OpenAsync(page);

        await page.Domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, TestContext.Current.CancellationToken);

        await dialog.WaitForStateAsync(() => dialog.Markup.Contains("This pod is gone", StringComparison.Ordinal));
        Assert.Null(dialog.FindButton("Save"));
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
