using Markdig.Syntax;

namespace PodConsole.Web.Templates;

/// <summary>The beginning of a readme for a card.</summary>
internal static class ReadmeSnippet
{
    /// <summary>The first paragraph as plain text on one line, cut after <paramref name="length"/> characters.</summary>
    public static string Of(string markdown, int length)
    {
        var paragraph = Markdig.Markdown.Parse(markdown).OfType<ParagraphBlock>().FirstOrDefault();
        var text = paragraph is null ? "" : Markdig.Markdown.ToPlainText(markdown.Substring(paragraph.Span.Start, paragraph.Span.Length));
        var line = string.Join(' ', text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..length].TrimEnd() + "…";
    }
}
