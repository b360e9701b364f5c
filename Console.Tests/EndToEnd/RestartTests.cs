using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>The console goes and comes back; pods run on.</summary>
public sealed class RestartTests(Chromium chromium)
{
    [Fact]
    public async Task Restart_WhileTwoPodsRun_KeepsProcessesAddressesAndTheOpenTab()
    {
        await using var visit = await Visit.StartAsync(chromium);
        PodId[] pods = [await DemoPods.DeployAsync(visit.Host), await DemoPods.DeployAsync(visit.Host, name: "dry_date_dog")];
        var before = await Task.WhenAll(pods.Select(podId => DescribeAsync(visit.Host, podId)));
        var drawer = await visit.OpenConnectAsync(pods[0]);
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));

        await visit.Host.RestartAsync();
        await Task.WhenAll(pods.Select(podId => DemoPods.WaitAsync(visit.Host, podId)));

        Assert.Equal(before, await Task.WhenAll(pods.Select(podId => DescribeAsync(visit.Host, podId))));
        foreach (var (_, external, _) in before)
        {
            using var echo = await EchoConnection.OpenAsync(external);
            await echo.VerifyAsync("still here");
        }

        // The tab's circuit is gone with the old console: it says so, and one click goes on where the person was.
        var lost = visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "Connection lost" });
        await lost.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));
        await Expect(drawer.TcpPort(70000)).ToContainTextAsync(before[0].External);
    }

    private static async Task<(string Process, string External, string Url)> DescribeAsync(ConsoleHost host, PodId podId)
    {
        var ports = host.Services.GetRequiredService<IPortPublisher>().Find(podId).Ports;
        return (
            await DemoPods.ProcessIdAsync(host, podId),
            ports.Single(port => port.Key.Protocol == PortProtocol.Tcp).External!.ToString(),
            ports.Single(port => port.Key.Protocol == PortProtocol.Http).Url!.AbsoluteUri);
    }
}
