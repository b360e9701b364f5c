using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Templates;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using PodConsole.Web.Account;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>Every page, dialog and state of the console, one after the other, in one tab.</summary>
internal sealed class ScreenWalk(Visit visit)
{
    private IPage Page => visit.Page;

    // The one on top: dialogs lie above the drawer, and a question above its dialog.
    private ILocator Dialog => Page.Locator(".mud-dialog").Last;

    /// <summary>Goes from screen to screen; each is on show while its name is handed out.</summary>
    public async IAsyncEnumerable<string> WalkAsync()
    {
        await foreach (var name in AccountAsync())
        {
            yield return name;
        }

        await visit.GoAsync("/pods");
        await Expect(Page.GetByText("No pods yet")).ToBeVisibleAsync();
        yield return "pods-empty";
        await foreach (var name in DeployAsync())
        {
            yield return name;
        }

        var podId = await DemoPods.DeployAsync(visit.Host, http: "4000, 8888", tcp: "22, 70000");
        await foreach (var name in new DrawerWalk(visit, podId).WalkAsync())
        {
            yield return name;
        }

        await foreach (var name in PodsAsync(podId))
        {
            yield return name;
        }

        await foreach (var name in new TrafficWalk(visit, podId).WalkAsync())
        {
            yield return name;
        }

        await foreach (var name in TemplatesAsync())
        {
            yield return name;
        }

        await visit.GoAsync("/certificates");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Download pod-console-ca.crt" })).ToBeVisibleAsync();
        yield return "certificates";
        await foreach (var name in new AccountWalk(visit).WalkAsync())
        {
            yield return name;
        }

        await foreach (var name in GatewayAsync(podId))
        {
            yield return name;
        }
    }

    private async IAsyncEnumerable<string> AccountAsync()
    {
        await using (var empty = await ConsoleHost.StartEmptyAsync())
        {
            await Page.GotoAsync($"{empty.Url}setup?code={empty.Services.GetRequiredService<SetupCode>().Value}");
            yield return "set-up";
            await Page.GotoAsync($"{empty.Url}setup");
            yield return "set-up-closed";
            await Page.GotoAsync($"{empty.Url}sign-in");
            yield return "sign-in-without-account";
            await visit.Context.ClearCookiesAsync();
        }

        await visit.GoAsync("/sign-in");
        yield return "sign-in";
        await Page.GetByLabel("E-mail").FillAsync(ConsoleHost.Email);
        await Page.GetByLabel("Password").FillAsync("wrong");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        yield return "sign-in-failed";
        await SignInPage.SignInAsync(Page, visit.Host.Url);
        await visit.GoAsync("/no/such/page");
        yield return "not-found";
    }

    private async IAsyncEnumerable<string> DeployAsync()
    {
        await visit.GoAsync("/deploy");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Deploy On-Demand" })).ToBeVisibleAsync();
        yield return "deploy";
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change Template" }).ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync();
        yield return "deploy-templates";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        var ports = await new DeployPage(Page).EditTemplateAsync();
        await Expect(ports.Http).ToBeVisibleAsync();
        yield return "deploy-overrides";
        await PortInputs.ReplaceAsync(ports.Http, "4000, 70000, abc");
        await PortInputs.ReplaceAsync(ports.Tcp, "22, 4000, 66000");
        await Expect(ports.Errors.First).ToBeVisibleAsync();
        yield return "deploy-overrides-errors";
    }

    private async IAsyncEnumerable<string> PodsAsync(PodId podId)
    {
        var stopped = await DemoPods.DeployAsync(visit.Host, name: "a_pod_with_a_name_that_is_much_longer_than_any_that_people_choose");
        var pods = visit.Host.Services.GetRequiredService<PodService>();
        var actor = await DemoPods.AdminAsync(visit.Host);
        await pods.StopAsync(actor, stopped, TestContext.Current.CancellationToken);
        await pods.DeployAsync(actor, new()
        {
            TemplateId = Catalogue.DemoId,
            Overrides = new() { Name = "sour_soup_snail", Image = "no-such-program" },
        }, TestContext.Current.CancellationToken);
        await visit.GoAsync("/pods");
        await Expect(Page.GetByText("Exited", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Page.GetByText("Error", new() { Exact = true })).ToBeVisibleAsync();
        yield return "pods";
        foreach (var details in await Page.GetByRole(AriaRole.Button, new() { Name = "Details of" }).AllAsync())
        {
            await details.ClickAsync();
        }

        await Expect(Page.GetByText("Public address")).ToHaveCountAsync(3);
        yield return "pods-expanded";
        var card = Page.GetByRole(AriaRole.Article).Filter(new() { HasText = podId.Value });
        await card.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Menuitem, new() { Name = "Terminate Pod" })).ToBeVisibleAsync();
        yield return "pods-menu";
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Terminate Pod" }).ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync();
        yield return "pods-terminate";
        await visit.GoAsync($"/pods/{stopped}?tab=connect");
        await Expect(Page.Locator("aside.pod-drawer").GetByText("Environment Variables", new() { Exact = true })).ToBeVisibleAsync();
        yield return "connect-exited";
        await visit.GoAsync("/pods/aaaaaaaaaaaaaa");
        await Expect(Page.GetByText("There is no such pod.")).ToBeVisibleAsync();
        yield return "pod-missing";
    }

    private async IAsyncEnumerable<string> TemplatesAsync()
    {
        await visit.GoAsync("/templates");
        await Expect(Page.GetByText("You have no templates yet.")).ToBeVisibleAsync();
        yield return "templates-empty";
        await Page.GetByRole(AriaRole.Button, new() { Name = "README of Pod Console demo" }).ClickAsync();
        await Expect(Dialog).ToContainTextAsync("A small service");
        yield return "template-readme";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Button, new() { Name = "New Template" }).ClickAsync();
        await Expect(Dialog.GetByLabel("Template Name")).ToBeVisibleAsync();
        yield return "template-new";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Duplicate Pod Console demo" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Tab, new() { Name = "README" }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Region, new() { Name = "Preview" })).ToContainTextAsync("A small service");
        yield return "template-readme-tab";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Save Template" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Delete Pod Console demo (copy)" })).ToBeVisibleAsync();
        yield return "templates";
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete Pod Console demo (copy)" }).ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync();
        yield return "template-delete";
    }

    private async IAsyncEnumerable<string> GatewayAsync(PodId podId)
    {
        await Page.GotoAsync(new Uri(visit.Host.Url, $"/open/{podId}-4000").AbsoluteUri);
        yield return "demo";
        await Page.GotoAsync(visit.Host.UrlOf(podId.Value, 5000).AbsoluteUri);
        yield return "gateway-404";
        using var client = visit.Host.NewClient();
        using var closed = await client.PostAsync(visit.Host.UrlOf(podId.Value, 4000, "/close?port=8888"), null, TestContext.Current.CancellationToken);
        await Page.GotoAsync(visit.Host.UrlOf(podId.Value, 8888).AbsoluteUri);
        yield return "gateway-502";
        await visit.GoAsync("/pods");
        await Expect(Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(3);
        await visit.Host.StopAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Connection lost" })).ToBeVisibleAsync();
        yield return "connection-lost";
    }
}
