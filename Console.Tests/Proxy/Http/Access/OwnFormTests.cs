using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>A browser sends the form of a restricted port's own page, whatever the page lets it tell about itself.</summary>
public sealed class OwnFormTests(Chromium chromium)
{
    [Theory]
    [InlineData("no-referrer")]
    [InlineData("origin")]
    public async Task Submit_FormOfTheOwnPage_Arrives(string policy)
    {
        await using var port = await RestrictedPort.StartAsync(new() { Audience = PortAudience.Owner });
        var cookie = (await port.VisitAsync(GatewayHost.Owner))!.Split('=', 2);
        await using var context = await chromium.NewContextAsync();
        await context.AddCookiesAsync([new() { Name = cookie[0], Value = cookie[1], Url = port.Url.AbsoluteUri, Secure = true }]);
        var page = await context.NewPageAsync();
        await page.GotoAsync(port.Url.AbsoluteUri);
        await page.SetContentAsync($"<meta name=referrer content={policy}><form method=post action=/form><button>Send</button></form>");

        var answer = await page.RunAndWaitForResponseAsync(() => page.ClickAsync("button"), response => response.Url.EndsWith("/form", StringComparison.Ordinal));

        Assert.Equal(200, answer.Status);
        Assert.Equal(policy == "no-referrer" ? "null" : port.Url.GetLeftPart(UriPartial.Authority), await answer.Request.HeaderValueAsync("origin"));
    }
}
