namespace PodConsole.Domain.Settings;

/// <summary>
/// How far the console's host is from the pods' domain. Below one registrable domain, browsers take both for one site: pages
/// of pods then set cookies for the console's host, push its own out, and are not foreign to it.
/// </summary>
public static class DomainSeparation
{
    /// <summary>What an operator should know, as <c>Key: why</c>; null when the two are apart, or serve this machine alone.</summary>
    /// <param name="publicUrl">Where people open the console.</param>
    /// <param name="proxyDomain">The domain below which pods live.</param>
    public static string? Warning(Uri publicUrl, string proxyDomain)
    {
        if (publicUrl.IsLoopback || publicUrl.HostNameType != UriHostNameType.Dns
            || publicUrl.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var host = publicUrl.IdnHost.TrimEnd('.').ToLowerInvariant();
        var domain = proxyDomain.ToLowerInvariant();
        return RelationOf(host, domain) is { } relation
            ? $"Gateway:ProxyDomain: {domain} {relation} the console's host, {host}. Pages of pods can then set cookies for the console and sign "
                + $"people out of it. Give pods a registrable domain of their own, or have {domain} put on the Public Suffix List (https://publicsuffix.org)."
            : null;
    }

    // One common label is a top-level domain, which nobody can set cookies for.
    private static string? RelationOf(string host, string domain) =>
        host == domain ? "is"
        : domain.EndsWith($".{host}", StringComparison.Ordinal) ? "is below"
        : host.EndsWith($".{domain}", StringComparison.Ordinal) ? "is above"
        : host.Split('.').Reverse().Zip(domain.Split('.').Reverse()).TakeWhile(pair => pair.First == pair.Second).Count() > 1 ? "is beside"
        : null;
}
