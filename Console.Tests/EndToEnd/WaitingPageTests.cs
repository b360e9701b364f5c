using System.Net;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>The gateway's pages open the service by themselves once it is there.</summary>
public sealed class WaitingPageTests(Chromium chromium)
{
    [Fact]
    public async Task Page_OfAStartingPod_BecomesTheServiceByItself()
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync("the service itself"));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = PodId.New();
        gateway.Routes.Set(gateway.NewPod(podId, PodStatus.Starting, null, WantedRoute.Open(service.Port)));
        var holder = PortHolderKind.Nobody;
        gateway.Runtime.PortHolder = (_, _, _) => new(holder);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();

        await page.GotoAsync(gateway.UrlOf(podId, service.Port).AbsoluteUri);
        await Expect(page.GetByText("The pod is starting")).ToBeVisibleAsync();

        gateway.Routes.Set(gateway.NewPod(podId, PodStatus.Running, IPAddress.Loopback, WantedRoute.Open(service.Port)));
        await Expect(page.GetByText("Nothing listens on this port")).ToBeVisibleAsync();

        holder = PortHolderKind.Pod;
        await Expect(page.GetByText("the service itself")).ToBeVisibleAsync();
    }
}
