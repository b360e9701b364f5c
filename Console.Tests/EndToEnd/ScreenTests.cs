using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>
/// Every screen in both themes and on a phone: fits the window, and is usable by everyone. With the environment variable
/// <c>POD_CONSOLE_SCREENSHOTS</c>, which names a directory, a picture of each is kept there.
/// </summary>
public abstract class ScreenTests(Chromium chromium, string look, ColorScheme scheme, int width, int height)
{
    // What moves is looked at once it stands still; what never stands still (a progress bar) is left alone.
    private const string StandStill = """
        () => Promise.all(document.getAnimations()
          .filter(animation => animation.effect.getComputedTiming().endTime !== Infinity)
          .map(animation => animation.finished.catch(() => {})))
        """;

    // Nothing behind the browser's own modal dialog can be used.
    private const string FindBarriers = """
        async () => {
          const { violations } = await axe.run(document.querySelector("dialog[open]") ?? document, { resultTypes: ["violations"] });
          return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(({ id, help, nodes }) => `${id}, ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
        }
        """;

    // Once per page: to have it sent again for each screen takes longer than all its checks.
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    [Fact]
    public async Task EveryScreen_InThisLook_FitsAndHasNoSeriousBarrier()
    {
        await using var visit = await Visit.StartSignedOutAsync(chromium, await ConsoleHost.StartAsync(), new()
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = height },
        });
        await visit.Context.AddInitScriptAsync(Axe);
        var problems = new List<string>();

        await foreach (var screen in new ScreenWalk(visit).WalkAsync())
        {
            await visit.Page.EvaluateAsync(StandStill);
            await SavePictureAsync(visit.Page, $"{look}-{screen}.png");
            problems.AddRange((await ProblemsAsync(visit.Page)).Select(problem => $"{screen}: {problem}"));
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    private static async Task<IEnumerable<string>> ProblemsAsync(IPage page)
    {
        var barriers = await page.EvaluateAsync<string[]>(FindBarriers);
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        return overflow > 0 ? [.. barriers, $"is {overflow} px wider than the window"] : barriers;
    }

    private static async Task SavePictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("POD_CONSOLE_SCREENSHOTS") is { Length: > 0 } directory)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(directory, name) });
        }
    }
}

public sealed class DarkScreenTests(Chromium chromium) : ScreenTests(chromium, "dark", ColorScheme.Dark, 1280, 800);

public sealed class LightScreenTests(Chromium chromium) : ScreenTests(chromium, "light", ColorScheme.Light, 1280, 800);

public sealed class PhoneScreenTests(Chromium chromium) : ScreenTests(chromium, "phone", ColorScheme.Dark, 390, 844);
