using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>
/// A console and pods whose hosts are neighbours on one domain, <c>console.walls.test</c> and <c>*.pods.walls.test</c>: browsers
/// take them for one site, so no rule for foreign sites helps. Somebody is signed in to the console.
/// </summary>
internal sealed class Neighbourhood : IAsyncDisposable
{
    /// <summary>The console's session.</summary>
    public const string SessionCookie = "__Host-PodConsole";

    private readonly FakeRuntime _runtime = new();
    private readonly List<PodSite> _sites = [];

    private Neighbourhood(ConsoleHost host, IBrowserContext context, IPage page) => (Host, Context, Page) = (host, context, page);

    public ConsoleHost Host { get; }

    public IBrowserContext Context { get; }

    /// <summary>A tab of the console.</summary>
    public IPage Page { get; }

    /// <summary>Where the console is opened, without a slash at its end.</summary>
    public string Console => $"https://console.walls.test:{Host.Url.Port}";

    public static async Task<Neighbourhood> StartAsync(Chromium chromium, bool signedIn = true)
    {
        var host = await ConsoleHost.StartAsync("Console:PublicUrl=https://console.walls.test:{https}", "Gateway:ProxyDomain=pods.walls.test");
        var context = await chromium.NewContextAsync();
        var neighbourhood = new Neighbourhood(host, context, await context.NewPageAsync());
        if (signedIn)
        {
            await SignInPage.SignInAsync(neighbourhood.Page, new Uri(neighbourhood.Console));
        }

        return neighbourhood;
    }

    /// <summary>Publishes a pod's website.</summary>
    public async Task<PodSite> AddPodAsync(PortAudience audience = PortAudience.Everyone)
    {
        var site = await PodSite.StartAsync();
        _sites.Add(site);
        Host.Services.GetRequiredService<RouteTable>().Set(new()
        {
            Id = site.PodId,
            OwnerId = (await DemoPods.AdminAsync(Host)).UserId,
            Status = PodStatus.Running,
            Address = IPAddress.Loopback,
            Runtime = _runtime,
            Routes = [WantedRoute.Open(site.Port) with { Options = new() { Audience = audience } }],
        });
        site.Origin = $"https://{PodHost.Format(site.PodId, site.Port, "pods.walls.test")}:{Host.Url.Port}";
        return site;
    }

    /// <summary>Opens a pod's page in a tab of its own.</summary>
    public async Task<IPage> OpenAsync(PodSite site, string path = "/")
    {
        var page = await Context.NewPageAsync();
        var answer = await page.GotoAsync(site.Origin + path);
        Assert.Equal(200, answer!.Status);
        return page;
    }

    /// <summary>The browser's cookies for the console.</summary>
    public async Task<IReadOnlyList<BrowserContextCookiesResult>> ConsoleCookiesAsync() => await Context.CookiesAsync([Console]);

    /// <summary>Fails the test when the console does not know the browser any more.</summary>
    public async Task VerifySignedInAsync()
    {
        await Page.GotoAsync($"{Console}/pods");
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Pods", Exact = true })).ToBeVisibleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Host.DisposeAsync();
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }
    }
}
