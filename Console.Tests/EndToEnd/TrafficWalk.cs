using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>What the console shows of a pod's open connections: the drains that wait for them, and their own page.</summary>
/// <param name="visit">The tab.</param>
/// <param name="podId">A pod that exposes 70000/tcp, which echoes, and 8888/http.</param>
internal sealed class TrafficWalk(Visit visit, PodId podId)
{
    private IPage Page => visit.Page;

    private ILocator Dialog => Page.Locator(".mud-dialog").Last;

    public async IAsyncEnumerable<string> WalkAsync()
    {
        await foreach (var name in DrainsAsync())
        {
            yield return name;
        }

        await foreach (var name in ConnectionsAsync())
        {
            yield return name;
        }
    }

    private async IAsyncEnumerable<string> DrainsAsync()
    {
        using var open = await OpenAsync();
        await open.VerifyAsync("hello");
        var drawer = await visit.OpenConnectAsync(podId);
        var edit = await drawer.EditAsync();
        await PortInputs.ReplaceAsync(edit.Ports.Tcp, "22");
        await Expect(edit.Root.GetByText("Wait for open connections (1 open now)")).ToBeVisibleAsync();
        yield return "edit-pod-wait";
        await edit.Root.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await drawer.Root.GetByRole(AriaRole.Button, new() { Name = "Actions of" }).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Reset Pod" }).ClickAsync();
        await Dialog.GetByText("Wait for open connections (1 open now)").ClickAsync();
        yield return "pod-reset-wait";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await Expect(drawer.Root.GetByText("Is reset once its connections have ended")).ToBeVisibleAsync();
        yield return "connect-draining";
        await visit.GoAsync("/pods");
        var cancel = Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the drain of" });
        await Expect(cancel).ToBeVisibleAsync();
        yield return "pods-draining";
        await cancel.ClickAsync();
        await Expect(cancel).ToHaveCountAsync(0);
    }

    private async IAsyncEnumerable<string> ConnectionsAsync()
    {
        await visit.GoAsync("/connections");
        await Expect(Page.GetByText("Nobody is connected")).ToBeVisibleAsync();
        yield return "connections-empty";
        var connections = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => OpenAsync()));
        using var client = new HttpClient(visit.Host.NewHandler());
        var slow = client.GetStringAsync(visit.Host.UrlOf(podId.Value, 8888, "/slow?seconds=60"), TestContext.Current.CancellationToken);
        await connections[0].VerifyAsync("hello");
        await Expect(Page.Locator(".connections-summary")).ToContainTextAsync("31 connections");
        yield return "connections";
        await Page.GetByLabel("Group by").ClickAsync();
        await Page.Locator(".mud-popover-open").GetByText("Client").ClickAsync();
        await Expect(Page.Locator(".connections-group")).ToHaveCountAsync(1);
        yield return "connections-grouped";
        await Page.GetByRole(AriaRole.Button, new() { Name = "End all connections of 127.0.0.1" }).ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync();
        yield return "connections-end";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "End them" }).ClickAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
        Assert.All(await Task.WhenAll(connections.Select(connection => connection.ReadEndAsync())), end => Assert.Equal("reset", end));
        Array.ForEach(connections, connection => connection.Dispose());
        await Page.GetByText("Recently closed").ClickAsync();
        await Expect(Page.GetByText("Ended by hand").First).ToBeVisibleAsync();
        yield return "connections-closed";
    }

    private Task<EchoConnection> OpenAsync()
    {
        var port = visit.Host.Services.GetRequiredService<IPortPublisher>().Find(podId).Ports.First(port => port.Key.Number == 70000);
        return EchoConnection.OpenAsync($"{port.External}");
    }
}
