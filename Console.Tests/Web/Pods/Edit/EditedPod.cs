using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods.Edit;

namespace PodConsole.Tests.Web.Pods.Edit;

/// <summary>A running pod with the dialog open on it.</summary>
internal static class EditedPod
{
    /// <summary>The label of its HTTP ports.</summary>
    public const string Http = "Expose HTTP Ports (Max 10)";

    /// <summary>The label of its TCP ports.</summary>
    public const string Tcp = "Expose TCP Ports";

    /// <summary>A tab of the owner's.</summary>
    public static async Task<PageContext> NewPageAsync() => new(await TestDomain.CreateAsync()) { OwnsDomain = true };

    /// <summary>Deploys a pod, and opens the dialog on it.</summary>
    public static async Task<(Pod Pod, IRenderedComponent<MudDialogProvider> Dialog)> OpenAsync(PageContext page, PodEdit? overrides = null)
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
}
