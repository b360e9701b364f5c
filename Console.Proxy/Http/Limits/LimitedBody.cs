using Microsoft.AspNetCore.Http;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// A request's body that may not be larger than its port allows, for those that do not say their size beforehand. The
/// server's own limit would count the framing too.
/// </summary>
internal sealed class LimitedBody(Stream body, long maxBytes) : AsyncStream
{
    private long _read;

    /// <summary>Reads on. Throws a <see cref="BadHttpRequestException"/> with status 413 beyond the limit.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _read += count;
        return _read <= maxBytes
            ? count
            : throw new BadHttpRequestException("The body is larger than the port allows.", StatusCodes.Status413PayloadTooLarge);
    }
}
