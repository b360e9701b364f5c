using AngleSharp.Dom;
using Ganss.Xss;
using Markdig;
using Markdig.Syntax;

namespace PodConsole.Web.Shared;

/// <summary>Turns the Markdown of strangers into HTML that can be shown on the console's own pages.</summary>
internal static class SafeMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().Build();

    /// <summary>HTML without scripts, forms of its own or links to anything but http, https and mailto.</summary>
    public static string ToHtml(string markdown)
    {
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedSchemes.Add("mailto");

        // A relative address would be one of the console's.
        sanitizer.FilterUrl += (_, link) =>
            link.SanitizedUrl = Uri.TryCreate(link.OriginalUrl, UriKind.Absolute, out var uri) && sanitizer.AllowedSchemes.Contains(uri.Scheme)
                ? link.SanitizedUrl
                : null;
        sanitizer.PostProcessNode += (_, item) =>
        {
            if (item.Node is IElement { LocalName: "a" } link)
            {
                link.SetAttribute("target", "_blank");
                link.SetAttribute("rel", "noopener noreferrer nofollow");
            }
        };
        return sanitizer.Sanitize(Markdig.Markdown.ToHtml(markdown, Pipeline));
    }

    /// <summary>The first paragraph as plain text, at most <paramref name="length"/> characters.</summary>
    public static string Snippet(string markdown, int length)
    {
        var paragraph = Markdig.Markdown.Parse(markdown, Pipeline).OfType<ParagraphBlock>().FirstOrDefault();
        var text = paragraph is null ? "" : Markdig.Markdown.ToPlainText(markdown.Substring(paragraph.Span.Start, paragraph.Span.Length), Pipeline);
        var line = string.Join(' ', text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..length].TrimEnd() + "…";
    }
}
