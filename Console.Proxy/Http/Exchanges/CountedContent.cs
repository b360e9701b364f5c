using System.Net;

namespace PodConsole.Proxy.Http.Exchanges;

/// <summary>The content of an answer whose bytes are counted as they pass.</summary>
internal sealed class CountedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly Exchange _exchange;

    public CountedContent(HttpContent content, Exchange exchange)
    {
        (_content, _exchange) = (content, exchange);
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new CountedStream(await _content.ReadAsStreamAsync(cancellationToken), _exchange, isUp: false);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override bool TryComputeLength(out long length) => (length = 0) > 0;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
