using System.Text;

namespace PodConsole.Proxy.Http.Repetition;

/// <summary>
/// Where a request goes, and how often it was sent. The HTTP handler sends a GET or a HEAD again when a pooled connection ended
/// under it, up to three times; once is what a client may expect (RFC 9110, 9.2.2).
/// </summary>
internal sealed class RequestTarget(string target) : Uri(target, AsItCame)
{
    /// <summary>A header of every request to a pod. The handler asks for its encoding each time it sends the request.</summary>
    public const string MarkedHeader = "X-Forwarded-Proto";

    private static readonly UriCreationOptions AsItCame = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private int _sent;

    /// <summary>
    /// The encoding of a header, all bytes as they are; counts the request. Throws <see cref="IOException"/> when it is about to
    /// be sent a third time.
    /// </summary>
    public static Encoding CountAndEncode(string header, HttpRequestMessage request)
    {
        if (header == MarkedHeader && request.RequestUri is RequestTarget target && ++target._sent > 2)
        {
            throw new IOException("The service ended the connection without an answer twice.");
        }

        return Encoding.Latin1;
    }
}
