using AngleSharp.Dom;
using Ganss.Xss;
using Markdig;

namespace PodConsole.Web.Shared;

/// <summary>
/// Turns Markdown by strangers into HTML that is safe to show: HTML in it is shown as text, and what comes out passes a
/// sanitizer that knows no scripts and only links by http, https and mailto.
/// </summary>
internal static class SafeMarkdown
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras().Build();

    private static readonly HtmlSanitizer Sanitizer = NewSanitizer();

    /// <summary>Safe HTML.</summary>
    public static string ToHtml(string markdown) => Sanitizer.Sanitize(Markdig.Markdown.ToHtml(markdown, Pipeline));

    private static HtmlSanitizer NewSanitizer()
    {
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedSchemes.Add("mailto");

        // A relative address would be one of the console's own pages.
        sanitizer.FilterUrl += (_, filtered) =>
        {
            if (!Uri.TryCreate(filtered.OriginalUrl, UriKind.Absolute, out var uri) || !sanitizer.AllowedSchemes.Contains(uri.Scheme))
            {
                filtered.SanitizedUrl = null;
            }
        };

        // Links lead out of the console: they open beside it, and the page they open gets no hold of it.
        sanitizer.PostProcessNode += (_, processed) =>
        {
            if (processed.Node is IElement { LocalName: "a" } link)
            {
                link.SetAttribute("target", "_blank");
                link.SetAttribute("rel", "noopener noreferrer");
            }
        };
        return sanitizer;
    }
}
