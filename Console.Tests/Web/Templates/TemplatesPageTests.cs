using AngleSharp.Dom;
using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;
using PodConsole.Web.Templates;

namespace PodConsole.Tests.Web.Templates;

public sealed class TemplatesPageTests
{
    [Fact]
    public async Task Templates_NoneOfOwn_SaysHowToGetOneAndShowsTheCatalogueReadOnly()
    {
        await using var page = await NewPageAsync();

        var templates = page.Show<TemplatesPage>();

        await templates.WaitForAssertionAsync(() => Assert.Contains("You have no templates yet.", templates.Markup, StringComparison.Ordinal));
        var demo = Card(templates, "Pod Console demo");
        Assert.Contains("A small service that ships with the console", demo.TextContent, StringComparison.Ordinal);
        Assert.Contains("4000/http", demo.TextContent, StringComparison.Ordinal);
        Assert.Equal("/deploy?template=pod-console-demo", templates.Button("Deploy Pod Console demo").GetAttribute("href"));
        Assert.NotNull(templates.FindButton("Duplicate Pod Console demo"));
        Assert.Null(templates.FindButton("Edit Pod Console demo"));
        Assert.Null(templates.FindButton("Delete Pod Console demo"));
    }

    [Fact]
    public async Task Delete_UsedByPods_ListsThem()
    {
        await using var page = await NewPageAsync();
        var template = await SaveAsync(page);
        await page.Domain.Pods.DeployAsync(
            TestDomain.Owner, new() { TemplateId = template.Id, Overrides = new() { Name = "my pod" } }, TestContext.Current.CancellationToken);
        var templates = page.Show<TemplatesPage>();
        await templates.WaitForStateAsync(() => templates.FindButton("Delete mine") is not null);

        await ConfirmDeleteAsync(page, templates);

        await templates.WaitForAssertionAsync(() => Assert.Contains(
            "mine cannot be deleted while pods that were made from it exist: my pod.", templates.Find(".form-alert").TextContent, StringComparison.Ordinal));
        Assert.NotNull(templates.FindButton("Edit mine"));
    }

    [Fact]
    public async Task Delete_Unused_IsGone()
    {
        await using var page = await NewPageAsync();
        await SaveAsync(page);
        var templates = page.Show<TemplatesPage>();
        await templates.WaitForStateAsync(() => templates.FindButton("Delete mine") is not null);

        await ConfirmDeleteAsync(page, templates);

        await templates.WaitForStateAsync(() => templates.FindButton("Delete mine") is null);
    }

    private static async Task<PageContext> NewPageAsync() => new(await TestDomain.CreateAsync()) { OwnsDomain = true };

    private static async Task<Template> SaveAsync(PageContext page)
    {
        var draft = new TemplateDraft { Name = "mine", Recipe = new PodEdit { Image = "demo" } };
        var result = await page.Domain.Templates.CreateAsync(TestDomain.Owner, draft, cancellationToken: TestContext.Current.CancellationToken);
        return Assert.IsType<TemplateResult.Saved>(result).Template;
    }

    private static async Task ConfirmDeleteAsync(PageContext page, IRenderedComponent<TemplatesPage> templates)
    {
        // The click ends once the question is answered.
        var click = templates.Button("Delete mine").ClickAsync();
        await page.Dialogs.WaitForStateAsync(() => page.Dialogs.FindButton("Delete") is not null);
        await page.Dialogs.Button("Delete").ClickAsync();
        await click;
    }

    private static IElement Card(IRenderedComponent<TemplatesPage> templates, string name) =>
        templates.FindAll("article").Single(card => card.QuerySelector(".template-summary-name")!.TextContent == name);
}
