namespace PodConsole.Domain.Ports.Options;

/// <summary>Says in words who can reach a port.</summary>
public static class AccessWords
{
    /// <summary>One sentence without a full stop: <c>Only you, and 2 links · from 10.0.0.0/8 only</c>.</summary>
    /// <param name="protocol">The port's protocol.</param>
    /// <param name="options">Its options.</param>
    /// <param name="grants">Its links and tokens that have not ended.</param>
    public static string Of(PortProtocol protocol, PortOptions options, IReadOnlyList<PortGrant> grants)
    {
        var parts = new List<string> { protocol == PortProtocol.Tcp ? "Anyone with the address" : Audience(options, grants) };
        if (options.AllowedNetworks.Length > 0)
        {
            parts.Add($"from {Shorten(options.AllowedNetworks)} only");
        }

        if (options.DeniedNetworks.Length > 0)
        {
            parts.Add($"not from {Shorten(options.DeniedNetworks)}");
        }

        return string.Join(" · ", parts);
    }

    private static string Audience(PortOptions options, IReadOnlyList<PortGrant> grants)
    {
        if (options.Audience == PortAudience.Everyone)
        {
            return "Anyone with the address";
        }

        string[] ways =
        [
            options.Audience == PortAudience.SignedIn ? "everyone who is signed in" : "only the owner",
            .. Count(grants, GrantKind.Link, "link"),
            .. Count(grants, GrantKind.Token, "token"),
        ];
        var text = ways.Length == 1 ? ways[0] : $"{string.Join(", ", ways[..^1])} and {ways[^1]}";
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private static IEnumerable<string> Count(IReadOnlyList<PortGrant> grants, GrantKind kind, string what) =>
        grants.Count(grant => grant.Kind == kind) switch
        {
            0 => [],
            1 => [$"holders of 1 {what}"],
            var count => [$"holders of {count} {what}s"],
        };

    private static string Shorten(string networks)
    {
        var all = networks.Split(", ");
        return all.Length <= 2 ? string.Join(" and ", all) : $"{all[0]} and {all.Length - 1} more networks";
    }
}
