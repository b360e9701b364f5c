using Microsoft.Playwright;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>The page to browse the API's reference.</summary>
public sealed class ApiReferencePageTests(Chromium chromium)
{
    [Fact]
    public async Task Reference_Stranger_BrowsesItWithNothingFromElsewhere()
    {
        await using var visit = await Visit.StartSignedOutAsync(chromium, await ConsoleHost.StartAsync());
        var elsewhere = new List<string>();
        visit.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != visit.Host.Url.Authority)
            {
                elsewhere.Add(request.Url);
            }
        };

        await visit.GoAsync("/reference/");

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Pod Console REST API" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("/v2/pods/{id}/logs").First).ToBeAttachedAsync();
        Assert.Empty(elsewhere);
        visit.VerifyNoFaults();
    }
}
