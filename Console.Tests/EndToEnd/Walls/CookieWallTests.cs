using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>No cookie of the console or the gateway reaches a pod, however the browser is made to ask.</summary>
public sealed class CookieWallTests(Chromium chromium)
{
    private const string AskInEveryWay = """
        async origin => {
          const add = (tag, properties) => document.body.appendChild(Object.assign(document.createElement(tag), properties));
          const at = name => `${origin}/ask/${name}`;
          fetch(at("fetch"), { credentials: "include", mode: "no-cors" });
          fetch(at("fetch-post"), { method: "POST", body: "x", credentials: "include", mode: "no-cors", keepalive: true });
          navigator.sendBeacon(at("beacon"), "x");
          const request = new XMLHttpRequest();
          request.open("GET", at("xhr"));
          request.withCredentials = true;
          request.send();
          new EventSource(at("stream.events"), { withCredentials: true });
          new WebSocket(at("socket").replace("https:", "wss:"));
          add("img", { src: at("img") });
          add("script", { src: at("script.js") });
          add("script", { src: at("module.js"), type: "module" });
          add("link", { rel: "stylesheet", href: at("style.css") });
          add("link", { rel: "preload", as: "image", href: at("preload") });
          add("iframe", { src: at("iframe") });
          add("object", { data: at("object"), type: "text/html" });
          add("embed", { src: at("embed"), type: "text/html" });
          add("video", { src: at("video"), preload: "auto" });
          add("audio", { src: at("audio"), preload: "auto" });
          add("div", { style: `background-image: url(${at("background")})` });
          for (const method of ["get", "post"]) {
            add("iframe", { name: at(method) });
            add("form", { action: at(`form-${method}`), method, target: at(method) }).submit();
          }
          add("a", { href: at("link"), target: "_blank", rel: "noopener" }).click();
        }
        """;

    private static readonly string[] Ways =
    [
        "fetch", "fetch-post", "beacon", "xhr", "stream.events", "socket", "img", "script.js", "module.js", "style.css", "preload", "iframe",
        "object", "embed", "video", "audio", "background", "form-get", "form-post", "link",
    ];

    [Fact]
    public async Task Pod_AskedInEveryWay_GetsItsOwnCookiesAlone()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var restricted = await site.AddPodAsync(PortAudience.SignedIn);
        var other = await site.AddPodAsync();
        await site.Page.GotoAsync($"{site.Console}{PodVisits.PathOf(restricted.PodId, restricted.Port)}");
        await site.Page.EvaluateAsync("() => { document.cookie = 'own=1; Path=/; Secure'; }");

        await site.Page.EvaluateAsync(AskInEveryWay, restricted.Origin);
        await site.Page.EvaluateAsync(AskInEveryWay, other.Origin);
        await restricted.WaitForAsync(Ways.Select(way => $"/ask/{way}"));
        await other.WaitForAsync(Ways.Select(way => $"/ask/{way}"));
        await site.Page.EvaluateAsync("() => navigator.serviceWorker.register('/ask/service.worker.js', { scope: '/ask/' })");
        await site.Page.GotoAsync($"{restricted.Origin}/ask/navigation");

        // Both were there to be sent: the console's at its own host, and the gateway's at this one.
        Assert.Contains(await site.ConsoleCookiesAsync(), cookie => cookie.Name == Neighbourhood.SessionCookie);
        Assert.Contains(await site.Context.CookiesAsync([restricted.Origin]), cookie => cookie.Name == AccessGate.Cookie);
        Assert.All(restricted.Seen.Where(request => request.Path.StartsWith("/ask/", StringComparison.Ordinal)), request =>
            Assert.Equal("own=1", request.Headers.GetValueOrDefault("Cookie")));
        Assert.All(other.Seen, request => Assert.Null(request.Headers.GetValueOrDefault("Cookie")));
        Assert.All(restricted.Seen.Concat(other.Seen), request =>
            Assert.DoesNotContain(request.Headers.Values, value => value.Contains("PodConsole", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Pod_OpenedFromTheConsole_LearnsNothingOfIt()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var pod = await site.AddPodAsync();

        // As links of the console do, and as a page of the console that somebody left by the address bar.
        var popup = await site.Page.RunAndWaitForPopupAsync(() => site.Page.EvaluateAsync(
            "url => { const a = document.createElement('a'); a.href = url; a.target = '_blank'; a.rel = 'opener'; document.body.append(a); a.click(); }",
            $"{pod.Origin}/popup"));
        await pod.WaitForAsync("/popup");
        await site.Page.EvaluateAsync("url => { location.href = url; }", $"{pod.Origin}/left");
        await Eventually.TrueAsync(() => site.Page.Url == $"{pod.Origin}/left", "the page is left");

        Assert.True(await popup.EvaluateAsync<bool>("() => window.opener === null && document.referrer === ''"));
        Assert.Equal("", await site.Page.EvaluateAsync<string>("() => document.referrer"));
        Assert.All(pod.Seen, request => Assert.False(request.Headers.ContainsKey("Referer")));
        Assert.All(pod.Seen, request => Assert.False(request.Headers.ContainsKey("Cookie")));
    }
}
