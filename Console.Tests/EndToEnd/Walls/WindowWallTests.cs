using Microsoft.Playwright;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>A pod's page neither shows the console within itself, nor gets a hold of its windows, nor stands between it and its server.</summary>
public sealed class WindowWallTests(Chromium chromium)
{
    [Fact]
    public async Task Frame_OfTheConsole_StaysEmpty()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        var page = await site.OpenAsync(pod);

        foreach (var tag in (string[])["iframe", "object", "embed"])
        {
            Assert.Equal($"{pod.Origin}/framed-{tag}", await FrameAsync(page, tag, $"{pod.Origin}/framed-{tag}"));
            foreach (var path in (string[])["/", "/pods", "/sign-in", "/error", "/no/such/page", "/health/live", "/console.js"])
            {
                Assert.Contains(await FrameAsync(page, tag, site.Console + path), (string?[])[null, "", "chrome-error://chromewebdata/"]);
            }
        }
    }

    [Fact]
    public async Task Window_OfTheConsoleOpenedByAPod_IsOutOfItsHands()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var page = await site.OpenAsync(await site.AddPodAsync());

        var console = await page.RunAndWaitForPopupAsync(() => page.EvaluateAsync("url => { window.held = window.open(url); }", $"{site.Console}/pods"));
        await Expect(console.GetByRole(AriaRole.Heading, new() { Name = "Pods", Exact = true })).ToBeVisibleAsync();

        Assert.True(await page.EvaluateAsync<bool>("() => window.held.closed"));
        Assert.True(await console.EvaluateAsync<bool>("() => window.opener === null"));
        await page.EvaluateAsync("url => { window.held.location = url; }", "about:blank");
        await page.EvaluateAsync("() => { window.held.close(); }");
        Assert.Equal($"{site.Console}/pods", await console.EvaluateAsync<string>("() => location.href"));
    }

    [Fact]
    public async Task Window_OfAPodOpenedFromTheConnectMenu_HasNoOpener()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(visit.Host, tcp: "");
        var drawer = await visit.OpenConnectAsync(podId);
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));

        var demo = await visit.Page.RunAndWaitForPopupAsync(() => drawer.HttpLink(4000).ClickAsync());
        await Expect(demo.GetByRole(AriaRole.Heading, new() { Name = "Pod Console demo" })).ToBeVisibleAsync();

        Assert.True(await demo.EvaluateAsync<bool>("() => window.opener === null && document.referrer === ''"));
        Assert.Contains("noopener", await drawer.HttpLink(4000).GetAttributeAsync("rel"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceWorker_OfAPod_ControlsItsOwnPagesAlone()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        var other = await site.AddPodAsync();
        var page = await site.OpenAsync(pod);

        await page.EvaluateAsync("async () => { await navigator.serviceWorker.register('/all.worker.js', { scope: '/' }); await navigator.serviceWorker.ready; }");
        pod.OnAnswer = response => response.Headers["Service-Worker-Allowed"] = $"{site.Console}/";
        foreach (var (script, scope) in new[] { ("/all.worker.js", $"{site.Console}/"), ($"{site.Console}/console.js", "/"), ($"{site.Console}/console.js", $"{site.Console}/") })
        {
            Assert.Equal("SecurityError", await page.EvaluateAsync<string>(
                "([script, scope]) => navigator.serviceWorker.register(script, { scope }).then(() => 'registered', error => error.name)", new[] { script, scope }));
        }

        await page.ReloadAsync();
        Assert.True(await IsControlledAsync(page));
        Assert.False(await IsControlledAsync(await site.OpenAsync(other)));
        await site.VerifySignedInAsync();
        Assert.False(await IsControlledAsync(site.Page));

        static Task<bool> IsControlledAsync(IPage page) => page.EvaluateAsync<bool>("() => navigator.serviceWorker.controller !== null");
    }

    [Fact]
    public async Task Read_OfTheConsoleByAPodsPage_GetsNothing()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var page = await site.OpenAsync(await site.AddPodAsync());

        foreach (var path in (string[])["/pods", "/metrics", "/v2/pods", "/sign-in", "/console.js", "/certificates"])
        {
            Assert.Equal("TypeError", await page.EvaluateAsync<string>(
                "url => fetch(url, { credentials: 'include' }).then(() => 'read', error => error.name)", site.Console + path));
        }

        foreach (var (tag, path) in new[] { ("script", "/console.js"), ("img", "/favicon.svg") })
        {
            const string Load = """
                ([tag, src]) => new Promise(resolve => {
                  const element = document.createElement(tag);
                  element.onload = () => resolve("loaded");
                  element.onerror = () => resolve("refused");
                  element.src = src;
                  document.body.append(element);
                })
                """;
            Assert.Equal("refused", await page.EvaluateAsync<string>(Load, new[] { tag, site.Console + path }));
            Assert.Equal("loaded", await site.Page.EvaluateAsync<string>(Load, new[] { tag, site.Console + path }));
        }
    }

    // What the frame shows once it has loaded or given up.
    private static async Task<string?> FrameAsync(IPage page, string tag, string url)
    {
        const string Add = """
            ([tag, url]) => new Promise(resolve => {
              const element = document.createElement(tag);
              element.onload = element.onerror = resolve;
              element[tag === "object" ? "data" : "src"] = url;
              element.type = "text/html";
              document.body.replaceChildren(element);
            })
            """;
        await page.EvaluateAsync(Add, new[] { tag, url });
        return page.Frames.Skip(1).SingleOrDefault()?.Url;
    }
}
