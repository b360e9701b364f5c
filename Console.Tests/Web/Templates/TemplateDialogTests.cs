using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;
using PodConsole.Web.Templates;

namespace PodConsole.Tests.Web.Templates;

public sealed class TemplateDialogTests
{
    [Fact]
    public async Task New_SavedEmpty_ShowsEveryErrorOnlyThen()
    {
        await using var page = await NewPageAsync();
        var dialog = await OpenAsync(page, null);
        await dialog.Field("Template Name").InputAsync("");
        Assert.DoesNotContain("Give the template a name.", dialog.Markup, StringComparison.Ordinal);

        await dialog.Find("form").SubmitAsync();

        Assert.Contains("Give the template a name.", dialog.Markup, StringComparison.Ordinal);
        Assert.Contains("Name the program or image to run, for example demo.", dialog.Markup, StringComparison.Ordinal);
        Assert.Contains(page.JSInterop.Invocations, call => call.Identifier == "podConsole.focusFirstError");
    }

    [Fact]
    public async Task New_AllFilledIn_SavesWithPortsVariablesAndReadme()
    {
        await using var page = await NewPageAsync();
        var dialog = await OpenAsync(page, null);

        await dialog.Field("Template Name").InputAsync("mine");
        await dialog.Field("Container Image").InputAsync("demo");
        await dialog.Field("Volume Disk").InputAsync("3");
        await dialog.Field("Expose HTTP Ports (Max 10)").InputAsync("4000");
        await dialog.Find("[aria-label='Label of port 4000']").InputAsync("Demo page");
        await dialog.Field("README (Markdown)").InputAsync("# Hello\n\n<script>alert(1)</script>");
        await dialog.WaitForStateAsync(() => dialog.FindAll(".readme-preview h1").Count == 1);
        Assert.Empty(dialog.FindAll(".readme-preview script"));
        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        var saved = Assert.Single(await page.Domain.Templates.ListOwnAsync(TestDomain.Owner, TestContext.Current.CancellationToken));
        Assert.Equal(("mine", "demo", 5, 3), (saved.Name, saved.Image, saved.ContainerDiskGb, saved.VolumeDiskGb));
        Assert.Equal([new PortRequest(PortProtocol.Http, 4000, "Demo page")], saved.Ports);
        Assert.StartsWith("# Hello", saved.Readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_NameTaken_ShowsErrorAtFieldAndKeepsEverything()
    {
        await using var page = await NewPageAsync();
        await SaveAsync(page, "taken");
        var dialog = await OpenAsync(page, null);
        await dialog.Field("Template Name").InputAsync("taken");
        await dialog.Field("Container Image").InputAsync("demo");

        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.Markup.Contains("You already have a template called taken.", StringComparison.Ordinal));
        Assert.Equal("true", dialog.Field("Template Name").GetAttribute("aria-invalid"));
        Assert.Equal("demo", dialog.Field("Container Image").GetAttribute("value"));
        await dialog.Field("Template Name").InputAsync("free");
        Assert.DoesNotContain("You already have a template", dialog.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicate_OfTemplateWithSecret_KeepsTheSecret()
    {
        await using var page = await NewPageAsync();
        var source = await SaveAsync(page, "source", new EnvironmentVariable("TOKEN", "s3cret", IsSecret: true));
        var dialog = await OpenAsync(page, source, isCopy: true);
        Assert.Equal("source (copy)", dialog.Field("Template Name").GetAttribute("value"));

        await dialog.Find("form").SubmitAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        var templates = await page.Domain.Templates.ListOwnAsync(TestDomain.Owner, TestContext.Current.CancellationToken);
        var opened = page.Domain.Get<SecretBox>().Open(templates.Single(template => template.Name == "source (copy)").Environment);
        Assert.Equal("s3cret", Assert.Single(opened).Value);
    }

    [Fact]
    public async Task Save_SomebodySavedMeanwhile_KeepsTypedTextAndCanOverwrite()
    {
        await using var page = await NewPageAsync();
        var saved = await SaveAsync(page, "before");
        var dialog = await OpenAsync(page, saved);
        await dialog.Field("Template Name").InputAsync("mine");
        await page.Domain.Templates.UpdateAsync(TestDomain.Owner, saved.Id, null, Draft("theirs"), TestContext.Current.CancellationToken);

        await dialog.Find("form").SubmitAsync();
        await dialog.WaitForStateAsync(() => dialog.FindButton("Save mine anyway") is not null);
        Assert.Equal("mine", dialog.Field("Template Name").GetAttribute("value"));
        await dialog.Button("Save mine anyway").ClickAsync();

        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count == 0);
        Assert.Equal("mine", (await page.Domain.Templates.FindAsync(TestDomain.Owner, saved.Id, TestContext.Current.CancellationToken))!.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_OnlyForThoseWhoMay(bool canPublish)
    {
        await using var page = await NewPageAsync(TestDomain.Owner with { CanPublish = canPublish });

        var dialog = await OpenAsync(page, null);

        // The switch comes last.
        Assert.Equal(!canPublish, dialog.FindAll("input[type=checkbox]")[^1].HasAttribute("disabled"));
        Assert.Equal(!canPublish, dialog.Markup.Contains("Only template authors and administrators publish", StringComparison.Ordinal));
    }

    private static async Task<PageContext> NewPageAsync(Actor? actor = null) => new(await TestDomain.CreateAsync(), actor) { OwnsDomain = true };

    private static TemplateDraft Draft(string name, params IReadOnlyList<EnvironmentVariable> environment) =>
        new() { Name = name, Recipe = new() { Image = "demo", Environment = environment } };

    private static async Task<Template> SaveAsync(PageContext page, string name, params IReadOnlyList<EnvironmentVariable> environment)
    {
        var result = await page.Domain.Templates.CreateAsync(
            TestDomain.Owner, Draft(name, environment), cancellationToken: TestContext.Current.CancellationToken);
        return Assert.IsType<TemplateResult.Saved>(result).Template;
    }

    private static async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(PageContext page, Template? template, bool isCopy = false)
    {
        var dialog = page.Render<MudDialogProvider>();
        await dialog.InvokeAsync(() =>
        {
            // It ends when the dialog is closed, which the test does.
            _ = TemplateDialog.OpenAsync(page.Services.GetRequiredService<IDialogService>(), template, isCopy);
        });
        await dialog.WaitForStateAsync(() => dialog.FindAll("form").Count > 0);
        return dialog;
    }
}
