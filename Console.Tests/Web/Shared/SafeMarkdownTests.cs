using PodConsole.Web.Shared;

namespace PodConsole.Tests.Web.Shared;

public sealed class SafeMarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("text <svg onload=alert(1)> text")]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("[click](JaVaScRiPt:alert(1))")]
    [InlineData("[click](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("![image](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[click][1]\n\n[1]: javascript:alert(1)")]
    public void ToHtml_Attack_HasNoScript(string markdown)
    {
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(SafeMarkdown.ToHtml(markdown));

        Assert.Empty(document.QuerySelectorAll("script, svg, iframe, object, form"));
        Assert.All(document.All, element => Assert.DoesNotContain(element.Attributes, attribute =>
            attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
            || attribute.Value.Contains("javascript:", StringComparison.OrdinalIgnoreCase)
            || attribute.Value.StartsWith("data:", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("http://example.com/")]
    [InlineData("mailto:someone@example.com")]
    public void ToHtml_Link_OpensBesideTheConsole(string url)
    {
        var html = SafeMarkdown.ToHtml($"[link]({url})");

        Assert.Contains($"href=\"{url}\"", html, StringComparison.Ordinal);
        Assert.Contains("target=\"_blank\"", html, StringComparison.Ordinal);
        Assert.Contains("rel=\"noopener noreferrer\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-out")]
    [InlineData("//evil.example")]
    [InlineData("ftp://example.com/")]
    public void ToHtml_OtherLink_LosesItsAddress(string url) =>
        Assert.DoesNotContain("href", SafeMarkdown.ToHtml($"[link]({url})"), StringComparison.Ordinal);

    [Fact]
    public void ToHtml_Markdown_KeepsItsForm()
    {
        var html = SafeMarkdown.ToHtml("# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code`");

        Assert.Contains("<h1>Title</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<table>", html, StringComparison.Ordinal);
        Assert.Contains("<code>code</code>", html, StringComparison.Ordinal);
    }
}
