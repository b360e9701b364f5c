using Microsoft.Playwright;
using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd.Walls;

/// <summary>What a pod's page makes the browser ask of the console, with the person's own cookies, does nothing.</summary>
public sealed class ForgeryTests(Chromium chromium)
{
    [Fact]
    public async Task Request_OfAPodsPageWithThePersonsCookies_ChangesNothing()
    {
        await using var site = await Neighbourhood.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(site.Host, tcp: "");
        var page = await site.OpenAsync(await site.AddPodAsync());

        await page.EvaluateAsync("""
            async ([console, podId]) => {
              const ask = (path, method, body, type) => fetch(console + path, { method, body, credentials: "include", mode: "no-cors",
                headers: type ? { "Content-Type": type } : {} }).catch(() => null);
              await ask("/sign-out", "POST");
              await ask("/sign-out", "POST", "__RequestVerificationToken=x", "application/x-www-form-urlencoded");
              await ask("/sign-in", "POST", "_handler=sign-in&Input.Email=evil@example.org&Input.Password=evil", "application/x-www-form-urlencoded");
              await ask("/setup", "POST", "Input.Email=evil@example.org", "application/x-www-form-urlencoded");
              await ask(`/v2/pods/${podId}/action`, "POST", '{"action":"stop"}', "text/plain");
              await ask("/_blazor/negotiate?negotiateVersion=1", "POST");
              for (const action of ["/sign-out", "/sign-in", `/v2/pods/${podId}/action`]) {
                const frame = document.body.appendChild(Object.assign(document.createElement("iframe"), { name: action }));
                const done = new Promise(resolve => { frame.onload = resolve; });
                document.body.appendChild(Object.assign(document.createElement("form"), { action: console + action, method: "post", target: action })).submit();
                await done;
              }
            }
            """, new[] { site.Console, podId.Value });

        await site.VerifySignedInAsync();
        await Expect(site.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Running");
        Assert.Contains(await site.ConsoleCookiesAsync(), cookie => cookie.Name == Neighbourhood.SessionCookie);
    }

    [Fact]
    public async Task SignIn_FromTheAddressOfARestrictedPod_LeadsBackToIt()
    {
        await using var site = await Neighbourhood.StartAsync(chromium, signedIn: false);
        var pod = await site.AddPodAsync(PortAudience.SignedIn);

        var hidden = await site.Page.GotoAsync($"{pod.Origin}/wanted?x=1");
        await site.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in and open it" }).ClickAsync();
        await site.Page.GetByLabel("E-mail").FillAsync(ConsoleHost.Email);
        await site.Page.GetByLabel("Password").FillAsync(ConsoleHost.Password);
        await site.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await site.Page.WaitForURLAsync($"{pod.Origin}/wanted?x=1");

        Assert.Equal(404, hidden!.Status);
        Assert.All(pod.Seen, request => Assert.DoesNotContain("PodConsole", string.Join('\n', request.Headers.Values), StringComparison.Ordinal));
        Assert.Single(pod.Seen);
    }
}
