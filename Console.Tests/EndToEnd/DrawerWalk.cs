using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Domain.Pods;
using PodConsole.Tests.EndToEnd.Pages;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A pod's drawer: its tabs, the settings of a port, and Edit Pod.</summary>
/// <param name="visit">The tab.</param>
/// <param name="podId">A pod that exposes 4000/http.</param>
internal sealed class DrawerWalk(Visit visit, PodId podId)
{
    private IPage Page => visit.Page;

    // The one on top: dialogs lie above the drawer, and a question above its dialog.
    private ILocator Dialog => Page.Locator(".mud-dialog").Last;

    public async IAsyncEnumerable<string> WalkAsync()
    {
        var drawer = await visit.OpenConnectAsync(podId);
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));
        yield return "connect";
        await foreach (var screen in PortSettingsAsync(drawer))
        {
            yield return screen;
        }

        await drawer.Root.GetByRole(AriaRole.Tab, new() { Name = "Details" }).ClickAsync();
        await Expect(drawer.Root.GetByText("Pod Uptime")).ToBeVisibleAsync();
        yield return "pod-details";
        await drawer.Root.GetByRole(AriaRole.Tab, new() { Name = "Logs" }).ClickAsync();
        await Expect(drawer.Root.GetByRole(AriaRole.Log)).ToContainTextAsync("HTTP on");
        yield return "pod-logs";
        await drawer.Root.GetByRole(AriaRole.Tab, new() { Name = "Template Readme" }).ClickAsync();
        await Expect(drawer.Root.GetByRole(AriaRole.Heading, new() { Name = "Pod Console demo" })).ToBeVisibleAsync();
        yield return "pod-readme";
        var edit = await drawer.EditAsync();
        await Expect(edit.Effects).ToContainTextAsync("No changes");
        yield return "edit-pod";
        await PortInputs.ReplaceAsync(edit.Ports.Http, "4000, 7860");
        await PortInputs.ReplaceAsync(edit.Ports.Tcp, "22, 9000");
        await Expect(edit.Effects).ToContainTextAsync("HTTP 7860");
        yield return "edit-pod-live";
        await edit.Root.GetByLabel("Docker Command").FillAsync("--verbose");
        await edit.Root.GetByText("Environment Variables", new() { Exact = true }).ClickAsync();
        await edit.Root.GetByRole(AriaRole.Button, new() { Name = "Add variable" }).ClickAsync();
        await Expect(edit.Effects).ToContainTextAsync("the pod is reset");
        yield return "edit-pod-reset";
        await edit.Root.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Dialog).ToContainTextAsync("Discard your changes?");
        yield return "edit-pod-discard";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        var pods = visit.Host.Services.GetRequiredService<PodService>();
        await pods.EditAsync(await DemoPods.AdminAsync(visit.Host), podId, null, new() { Name = "warm_waffle_wolf" }, TestContext.Current.CancellationToken);
        await Expect(edit.Root.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        yield return "edit-pod-conflict";
    }

    private async IAsyncEnumerable<string> PortSettingsAsync(PodDrawer drawer)
    {
        await drawer.Root.GetByRole(AriaRole.Button, new() { Name = "Settings of 4000/http" }).ClickAsync();
        await Expect(Dialog.GetByText("Anyone with the address", new() { Exact = true })).ToBeVisibleAsync();
        yield return "port-settings";
        await Dialog.GetByText("Only me", new() { Exact = true }).ClickAsync();
        await Dialog.GetByLabel("Only from these networks").FillAsync("127.0.0.0/8, nonsense");
        await Dialog.GetByLabel("Only from these networks").BlurAsync();
        await Expect(Dialog).ToContainTextAsync("'nonsense' is not an address");
        yield return "port-settings-errors";
        await Dialog.GetByRole(AriaRole.Tab, new() { Name = "Service" }).ClickAsync();
        await Expect(Dialog.GetByText("Keep quiet WebSockets open")).ToBeVisibleAsync();
        yield return "port-settings-service";
        await Dialog.GetByRole(AriaRole.Tab, new() { Name = "Sharing" }).ClickAsync();
        await Dialog.GetByLabel("For", new() { Exact = true }).FillAsync("A guest");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(Dialog.GetByText("Whoever has this link")).ToBeVisibleAsync();
        yield return "port-settings-link";
        await Dialog.GetByRole(AriaRole.Tab, new() { Name = "Access" }).ClickAsync();
        await Dialog.GetByLabel("Only from these networks").FillAsync("127.0.0.0/8");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(drawer.HttpPort(4000)).ToContainTextAsync("Only the owner and holders of 1 link · from 127.0.0.0/8 only");
        yield return "connect-restricted";
    }
}
