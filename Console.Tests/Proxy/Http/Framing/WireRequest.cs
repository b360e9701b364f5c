namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>A request as it was on the wire.</summary>
/// <param name="Method">As it was sent.</param>
/// <param name="Target">As it was sent.</param>
/// <param name="Fields">The header, in order.</param>
/// <param name="Body">Its content without chunking, as Latin-1.</param>
internal sealed record WireRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Fields, string Body)
{
    /// <summary>
    /// What tells one request of a run from another: the method, in capitals because the gateway sends those that it knows so, and
    /// the path, which a service gets in place of a whole URL, with its braces encoded.
    /// </summary>
    public string Identity => $"{Method.ToUpperInvariant()} {PathOf(Target).Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal)}";

    /// <summary>The values of a field.</summary>
    public IReadOnlyList<string> ValuesOf(string name) =>
        [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    private static string PathOf(string target)
    {
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        if (target.StartsWith('/') || authority < 0)
        {
            return target;
        }

        var path = target.IndexOf('/', authority + 3);
        return path < 0 ? "/" : target[path..];
    }
}
