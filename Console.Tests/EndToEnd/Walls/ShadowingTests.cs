using Microsoft.Playwright;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>A pod cannot set, replace or remove a cookie of the console, of the gateway, or of another pod.</summary>
public sealed class ShadowingTests(Chromium chromium)
{
    // Every spelling of a domain that some browser takes for the one above the pod, and every name that is not the pod's.
    private static readonly string[] Hostile =
    [
        "a=1; Domain=pods.walls.test", "b=1; Domain=.pods.walls.test", "c=1; Domain=walls.test", "d=1; domain=WALLS.TEST", "e=1; Domain=test",
        "f=1; Domain=console.walls.test", "g=1; Domain=w%61lls.test", "h=1; Domain=%77alls.test", "i=1; Domain=.w%61lls.test",
        "j=1; Domain=walls.test.", "k=1; Domain=\"walls.test\"", "l=1;\tDomain\t=\twalls.test", "m=1; Domain=; Domain=walls.test",
        "n=1; Domain=walls.test; Domain=", "o=1; Domain=walls.test; Path=/; Secure; SameSite=None", "p=1; Domain=..walls.test",
        "r=1; Domain=walls.test:443", "s=1; Domain=walls.test/",
        "__Host-PodConsole=evil; Path=/; Secure", "__Host-PodConsole=evil; Path=/; Secure; Domain=walls.test",
        "__host-podconsole=evil; Path=/; Secure", "=__Host-PodConsole=evil; Path=/; Secure", "__Host-PodConsoleVisitor=evil; Path=/; Secure",
        "__Host-PodConsoleVisit=evil; Path=/; Secure", "__Host-PodConsoleAntiforgery=evil; Path=/; Secure",
    ];

    [Fact]
    public async Task SetCookie_WiderDomainOrForeignName_IsDropped()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        pod.OnAnswer = response => response.Headers.SetCookie = (string[])[.. Hostile, "mine=1; Path=/; Secure"];
        var before = await site.ConsoleCookiesAsync();

        await site.OpenAsync(pod);

        var set = (await site.Context.CookiesAsync()).Where(cookie => cookie.Domain.TrimStart('.') != "console.walls.test");
        Assert.Equal($"mine at {new Uri(pod.Origin).Host}", string.Join(", ", set.Select(cookie => $"{cookie.Name} at {cookie.Domain}")));
        Assert.Equal(Describe(before), Describe(await site.ConsoleCookiesAsync()));
        await site.VerifySignedInAsync();
    }

    [Fact]
    public async Task Script_CookieForTheConsolesHost_ChangesNothingThere()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        await Expect(site.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");

        // What no header may do, a script can: until the domain is a public suffix, browsers let pages set cookies for it.
        var page = await site.OpenAsync(pod);
        await page.EvaluateAsync("""
            () => {
              for (const name of ["theme", "system-theme", "__Host-PodConsole", "__Host-PodConsoleTheme", "__Host-PodConsoleSystemTheme",
                "__Host-PodConsoleAntiforgery", ".AspNetCore.Identity.Application", ".AspNetCore.Antiforgery"]) {
                document.cookie = `${name}=dark; Domain=walls.test; Path=/; Secure`;
                document.cookie = `${name}=dark; Path=/; Secure`;
              }
            }
            """);

        var cookies = await site.ConsoleCookiesAsync();
        Assert.Contains(cookies, cookie => cookie.Domain == ".walls.test");
        Assert.DoesNotContain(cookies, cookie => cookie.Domain == ".walls.test" && cookie.Name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase));
        var answer = await site.Page.GotoAsync($"{site.Console}/pods");
        Assert.Contains("data-theme=\"light\"", await answer!.TextAsync(), StringComparison.Ordinal);
        await site.VerifySignedInAsync();
    }

    [Fact]
    public async Task Script_CookieOfTheGateway_IsNeitherReadNorReplaced()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync(PortAudience.SignedIn);
        await site.Page.GotoAsync($"{site.Console}{PodVisits.PathOf(pod.PodId, pod.Port)}");
        var before = await VisitorAsync();

        var read = await site.Page.EvaluateAsync<string>("() => document.cookie");
        await site.Page.EvaluateAsync("() => { document.cookie = '__Host-PodConsoleVisitor=evil; Path=/; Secure'; }");
        await site.Page.EvaluateAsync("() => { document.cookie = '__Host-PodConsoleVisitor=; Path=/; Secure; Max-Age=0'; }");

        Assert.Equal("", read);
        Assert.Equal(before, await VisitorAsync());
        Assert.Equal(200, (await site.Page.ReloadAsync())!.Status);

        async Task<string> VisitorAsync() => (await site.Context.CookiesAsync([pod.Origin])).Single(cookie => cookie.Name == AccessGate.Cookie).Value;
    }

    [Fact]
    public async Task ClearSiteData_OfAPod_ClearsNoCookies()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();
        var page = await site.OpenAsync(await site.AddPodAsync());
        await page.EvaluateAsync("() => { document.cookie = 'kept=1; Path=/; Secure'; }");

        foreach (var value in (string[])["\"cookies\"", "\"*\"", "\"cache\", \"cookies\" , \"storage\""])
        {
            pod.OnAnswer = response => response.Headers["Clear-Site-Data"] = value;
            await site.OpenAsync(pod);
            Assert.Equal("kept=1", await page.EvaluateAsync<string>("() => document.cookie"));
            await site.VerifySignedInAsync();
        }
    }

    private static string Describe(IEnumerable<BrowserContextCookiesResult> cookies) =>
        string.Join('\n', cookies.Select(cookie => $"{cookie.Name}={cookie.Value}; {cookie.Domain}").Order());
}
