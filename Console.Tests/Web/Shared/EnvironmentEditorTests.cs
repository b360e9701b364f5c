using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;
using PodConsole.Web.Shared.Environment;

namespace PodConsole.Tests.Web.Shared;

public sealed class EnvironmentEditorTests
{
    private static async Task<(PageContext Page, IRenderedComponent<EnvironmentEditor> Editor, EnvironmentForm Form)> RenderAsync(
        params IReadOnlyList<EnvironmentVariable> saved)
    {
        var page = new PageContext(await TestDomain.CreateAsync()) { OwnsDomain = true };
        var form = new EnvironmentForm(saved);
        var editor = page.Show<EnvironmentEditor>(parameters => parameters.Add(item => item.Form, form));
        await editor.Find(".mud-expand-panel-header").ClickAsync();
        return (page, editor, form);
    }

    [Fact]
    public async Task Name_PastedLines_BecomeOneRowEach()
    {
        var (page, editor, form) = await RenderAsync();
        await using var _ = page;
        await editor.Button("Add variable").ClickAsync();

        await editor.Field("Name").InputAsync("# comment\nA=1\n\nexport B='x y'\nURL=http://h/?a=b\n");
        await editor.Field("Name").BlurAsync(new());

        Assert.Equal([new("A", "1"), new("B", "x y"), new("URL", "http://h/?a=b")], form.Variables);
        Assert.Equal(["1", "x y", "http://h/?a=b"], editor.Fields("Value").Select(field => field.GetAttribute("value")));
    }

    [Fact]
    public async Task Name_AssignmentTyped_IsSplitWhenFieldIsLeft()
    {
        var (page, editor, form) = await RenderAsync();
        await using var _ = page;
        await editor.Button("Add variable").ClickAsync();

        await editor.Field("Name").InputAsync("A=");
        await editor.Field("Name").InputAsync("A=12");
        Assert.Equal("A=12", form.Rows[0].Name);
        await editor.Field("Name").BlurAsync(new());

        Assert.Equal([new("A", "12")], form.Variables);
    }

    [Theory]
    [InlineData("1A", "'1A' is not a variable name: letters, digits and _, not starting with a digit.")]
    [InlineData("RUNPOD_POD_ID", "RUNPOD_POD_ID is reserved: names that start with RUNPOD_ are set by the console.")]
    [InlineData("TAKEN", "TAKEN is set twice.")]
    [InlineData("", "A variable has no name.")]
    public async Task Row_BreaksRule_ShowsMessageAtRow(string name, string message)
    {
        var (page, editor, form) = await RenderAsync(new EnvironmentVariable("TAKEN", "1"));
        await using var _ = page;
        await editor.Button("Add variable").ClickAsync();

        await editor.Fields("Name")[1].InputAsync(name);
        await editor.Fields("Value")[1].InputAsync("x");

        Assert.Equal(message, editor.FindAll(".variable")[1].QuerySelector(".field-error")!.TextContent.Trim());
        Assert.False(form.IsValid);
    }

    [Fact]
    public async Task Rows_MoreThanFifty_SaysSoAndLosesNothing()
    {
        var (page, editor, form) = await RenderAsync();
        await using var _ = page;
        await editor.Button("Add variable").ClickAsync();

        await editor.Field("Name").InputAsync(string.Join('\n', Enumerable.Range(1, 51).Select(number => $"V{number}={number}")));

        Assert.Contains("51 variables are too many: at most 50.", editor.Texts(".field-error"));
        Assert.Equal(51, form.Variables.Count);
        Assert.True(editor.Button("Add variable").HasAttribute("disabled"));
    }

    [Fact]
    public async Task SavedSecret_LeftEmpty_KeepsItsValueAndNeverShowsIt()
    {
        var (page, editor, form) = await RenderAsync(new EnvironmentVariable("TOKEN", "sealed-bytes", IsSecret: true));
        await using var _ = page;

        Assert.Equal("saved, hidden", editor.Field("Value").GetAttribute("placeholder"));
        Assert.Equal("password", editor.Field("Value").GetAttribute("type"));
        Assert.DoesNotContain("sealed-bytes", editor.Markup, StringComparison.Ordinal);
        Assert.Equal([new("TOKEN", "", IsSecret: true)], form.Variables);
        Assert.True(form.IsValid);
    }

    [Fact]
    public async Task SavedSecret_RenamedOrShown_AsksForTheValue()
    {
        var (page, editor, form) = await RenderAsync(new EnvironmentVariable("TOKEN", "sealed-bytes", IsSecret: true));
        await using var _ = page;

        await editor.Field("Name").InputAsync("KEY");
        Assert.Contains("The hidden value is saved under TOKEN: type it again for the new name.", editor.Texts(".field-error"));
        await editor.Field("Name").InputAsync("TOKEN");
        await editor.Find("input[type=checkbox]").ChangeAsync(false);
        Assert.Contains("The saved value stays hidden: type the value to show it from now on.", editor.Texts(".field-error"));
        await editor.Field("Value").InputAsync("new");

        Assert.True(form.IsValid);
        Assert.Equal([new("TOKEN", "new")], form.Variables);
    }

    [Fact]
    public async Task Remove_Row_IsGone()
    {
        var (page, editor, form) = await RenderAsync(new EnvironmentVariable("A", "1"), new EnvironmentVariable("B", "2"));
        await using var _ = page;

        await editor.Button("Remove A").ClickAsync();

        Assert.Equal([new("B", "2")], form.Variables);
    }
}
