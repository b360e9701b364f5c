using System.Buffers;
using System.Globalization;
using PodConsole.Domain.Pods;

namespace PodConsole.Proxy.Http;

/// <summary>
/// A pod's host name, <c>{podId}-{port}.{proxyDomain}</c>. It is matched as a whole: one label before the domain, split at
/// its last hyphen, and nothing around it.
/// </summary>
internal readonly ref struct PodHost
{
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private PodHost(ReadOnlySpan<char> podId, int port)
    {
        PodId = podId;
        Port = port;
    }

    /// <summary>The text of the pod's id, in the case it was sent in.</summary>
    public ReadOnlySpan<char> PodId { get; }

    /// <summary>The port inside the pod, 1–65535.</summary>
    public int Port { get; }

    /// <summary>The first label of a pod's host name.</summary>
    public static string LabelOf(PodId podId, int port) => LabelOf(podId.Value, port);

    /// <summary>The same, of an id in small letters.</summary>
    public static string LabelOf(string podId, int port) => string.Create(CultureInfo.InvariantCulture, $"{podId}-{port}");

    /// <summary>The host name of a pod's port.</summary>
    public static string Format(PodId podId, int port, string proxyDomain) => $"{LabelOf(podId, port)}.{proxyDomain}";

    /// <summary>Reads a host name without a port, in any case.</summary>
    /// <param name="host">The host name.</param>
    /// <param name="proxyDomain">The domain below which pods live, without a leading dot.</param>
    /// <param name="result">The pod's id and port.</param>
    public static bool TryParse(ReadOnlySpan<char> host, ReadOnlySpan<char> proxyDomain, out PodHost result)
    {
        result = default;
        if (!IsBelow(host, proxyDomain))
        {
            return false;
        }

        var label = host[..^(proxyDomain.Length + 1)];
        var hyphen = label.LastIndexOf('-');
        if (hyphen != Domain.Pods.PodId.Length
            || label[..hyphen].ContainsAnyExcept(IdCharacters)
            || !TryParsePort(label[(hyphen + 1)..], out var port))
        {
            return false;
        }

        result = new PodHost(label[..hyphen], port);
        return true;
    }

    /// <summary>Whether a host name lies below a domain.</summary>
    public static bool IsBelow(ReadOnlySpan<char> host, ReadOnlySpan<char> domain) =>
        host.Length > domain.Length + 1
        && host[^(domain.Length + 1)] == '.'
        && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The host name in the value of a <c>Host</c> header, which may carry a port.</summary>
    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        return colon < 0 || host[^1] == ']' ? host : host[..colon];
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 0 and <= 5
            && text[0] != '0'
            && !text.ContainsAnyExceptInRange('0', '9') // Parsing alone lets NUL characters follow.
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= 65535;
    }
}
