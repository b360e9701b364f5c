using Bunit;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;
using PodConsole.Web.Shared.Ports;

namespace PodConsole.Tests.Web.Shared;

public sealed class PortsEditorTests
{
    private const string Http = "Expose HTTP Ports (Max 10)";
    private const string Tcp = "Expose TCP Ports";

    private static async Task<(PageContext Page, IRenderedComponent<PortsEditor> Editor, PortsForm Form)> RenderAsync(
        IReadOnlyList<PortRequest>? saved = null, bool areExposed = false, bool canBindPrivilegedPorts = true)
    {
        var page = new PageContext(await TestDomain.CreateAsync()) { OwnsDomain = true };
        var form = new PortsForm(saved ?? [], maxTcpPorts: 3) { AreExposed = areExposed };
        var editor = page.Show<PortsEditor>(parameters => parameters
            .Add(item => item.Form, form).Add(item => item.CanBindPrivilegedPorts, canBindPrivilegedPorts));
        return (page, editor, form);
    }

    [Theory]
    [InlineData("abc", "", "'abc' is not a port number.")]
    [InlineData("0", "", "0 is not a port: ports are 1 to 65535.")]
    [InlineData("65536", "", "65536 is not a port: ports are 1 to 65535.")]
    [InlineData("70000", "", "70000 asks for a symmetrical port, and those are TCP: move it to Expose TCP Ports.")]
    [InlineData("80, 80", "", "80 is listed twice.")]
    [InlineData("80 81", "", "'80 81' needs commas between the ports.")]
    [InlineData("1,2,3,4,5,6,7,8,9,10,11", "", "11 HTTP ports are too many: at most 10 can be exposed.")]
    [InlineData("", "66000", "66000 is neither a port (1 to 65535) nor a request for a symmetrical port (70000 or more).")]
    [InlineData("", "22, 22", "22 is listed twice.")]
    [InlineData("80", "80", "80 is already exposed over HTTP. A port can be in one field only.")]
    [InlineData("", "1, 2, 3, 4", "4 TCP ports are too many: at most 3 can be exposed.")]
    public async Task Typing_BreaksRule_ShowsMessageAtFieldAndKeepsText(string http, string tcp, string message)
    {
        var (page, editor, form) = await RenderAsync();
        await using var _ = page;

        await editor.Field(Http).InputAsync(http);
        await editor.Field(Tcp).InputAsync(tcp);

        Assert.Equal([message], editor.Texts(".field-error > span"));
        Assert.Equal(http, editor.Field(Http).GetAttribute("value"));
        Assert.Equal(tcp, editor.Field(Tcp).GetAttribute("value"));
        Assert.False(form.Result.IsValid);
        var wrong = Assert.Single(editor.FindAll("[aria-invalid=true]"));
        var described = wrong.GetAttribute("aria-describedby")!.Split(' ');
        Assert.Contains(described, id => editor.FindAll($"[id='{id}'][aria-live=polite]").Any(item => item.TextContent.Contains(message, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Typing_BreaksManyRules_ShowsAllAtOnce()
    {
        var (page, editor, _) = await RenderAsync();
        await using var disposed = page;

        await editor.Field(Http).InputAsync("abc, 70000, 8888, 8888");
        await editor.Field(Tcp).InputAsync("66000, 8888");

        Assert.Equal(5, editor.FindAll(".field-error").Count);
    }

    [Theory]
    [InlineData("8888, 70000", "22", "Move 70000 to TCP", "8888", "22, 70000")]
    [InlineData("8888, abc", "22", "Remove abc", "8888", "22")]
    [InlineData("8888, 8888", "", "Keep one 8888", "8888", "")]
    [InlineData("80 81", "", "Use 80, 81", "80, 81", "")]
    [InlineData("80", "80, 22", "Remove 80 from TCP", "80", "22")]
    public async Task QuickFix_Chosen_AppliesBothTexts(string http, string tcp, string fix, string fixedHttp, string fixedTcp)
    {
        var (page, editor, form) = await RenderAsync();
        await using var _ = page;
        await editor.Field(Http).InputAsync(http);
        await editor.Field(Tcp).InputAsync(tcp);

        await editor.Button(fix).ClickAsync();

        Assert.Equal(fixedHttp, editor.Field(Http).GetAttribute("value") ?? "");
        Assert.Equal(fixedTcp, editor.Field(Tcp).GetAttribute("value") ?? "");
        Assert.True(form.Result.IsValid);
        Assert.Empty(editor.FindAll(".field-error"));
    }

    [Fact]
    public async Task Rows_OnePerValidPort_EditLabels()
    {
        var (page, editor, form) = await RenderAsync([new(PortProtocol.Http, 8888, "Jupyter Lab")]);
        await using var _ = page;

        await editor.Field(Http).InputAsync("8888, 4000, x");
        await editor.Field(Tcp).InputAsync("70000");
        await editor.Find("[aria-label='Label of port 4000']").InputAsync("Demo page");

        Assert.Equal(["8888", "4000", "70000"], editor.Texts(".port-row-number"));
        Assert.Equal(["Symmetrical: the same number inside and outside, in $RUNPOD_TCP_PORT_70000."], editor.Texts(".port-row-note"));
        Assert.Equal(
            [new(PortProtocol.Http, 8888, "Jupyter Lab"), new(PortProtocol.Http, 4000, "Demo page"), new(PortProtocol.Tcp, 70000)], form.Ports);
    }

    [Fact]
    public async Task Rows_PortBelow1024OnProcessRuntime_SaysNeedsPrivilege()
    {
        var (page, editor, _) = await RenderAsync([new(PortProtocol.Tcp, 22)], canBindPrivilegedPorts: false);
        await using var disposed = page;

        Assert.Equal(["Needs privilege: a program here can only listen from 1024."], editor.Texts(".port-row-note"));
    }

    [Fact]
    public async Task SavedPort_RemovedAndAddedAgain_WarnsOfDefaultAccessAndKeepsLabel()
    {
        var (page, editor, form) = await RenderAsync([new(PortProtocol.Http, 8888, "Jupyter Lab")], areExposed: true);
        await using var _ = page;

        await editor.Field(Http).InputAsync("");
        await editor.Field(Http).BlurAsync(new());
        Assert.Empty(editor.FindAll(".mud-alert"));
        await editor.Field(Http).InputAsync("8888");

        Assert.Contains("Port 8888 was removed and added again: it starts with default access", editor.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Equal("Jupyter Lab", form.Ports[0].Label);
    }

    [Fact]
    public async Task SavedPort_RetypedWithoutLeavingField_DoesNotWarn()
    {
        var (page, editor, _) = await RenderAsync([new(PortProtocol.Http, 8888)], areExposed: true);
        await using var disposed = page;

        await editor.Field(Http).InputAsync("888");
        await editor.Field(Http).InputAsync("8888");
        await editor.Field(Http).BlurAsync(new());

        Assert.Empty(editor.FindAll(".mud-alert"));
    }
}
