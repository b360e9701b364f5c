using System.Collections.Frozen;
using System.Net;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Networks;

namespace PodConsole.Proxy.Http.Access;

/// <summary>Who may reach one route, ready to be asked by every request. Immutable.</summary>
internal sealed class AccessRules(PortOptions options, IReadOnlyList<PortGrant> grants)
{
    private readonly FrozenDictionary<string, PortGrant> _tokens =
        grants.Where(grant => grant.Kind == GrantKind.Token).ToFrozenDictionary(grant => grant.Hash);

    private readonly FrozenDictionary<string, PortGrant> _links =
        grants.Where(grant => grant.Kind == GrantKind.Link).ToFrozenDictionary(grant => grant.Id);

    /// <summary>Who may come in without a link or token.</summary>
    public PortAudience Audience => options.Audience;

    /// <summary>Whether everyone may come in, from everywhere, for ever: nothing has to be asked.</summary>
    public bool IsOpen { get; } = options is { Audience: PortAudience.Everyone, AllowedNetworks: "", DeniedNetworks: "", ClosesAt: null };

    private NetworkRules Networks { get; } = NetworkRules.Of(options);

    private PortOptions Options => options;

    private IReadOnlyList<PortGrant> Grants => grants;

    /// <summary>Whether the port has not closed itself, and is open to this network. That holds for everyone, the owner too.</summary>
    /// <param name="client">The client's address; null when it is unknown.</param>
    /// <param name="now">The present time, UTC.</param>
    public bool IsWithinBounds(IPAddress? client, DateTime now) => !options.IsClosed(now) && Networks.Admit(client);

    /// <summary>Whether the token with this <see cref="PortGrant.HashOf"/> opens the port.</summary>
    public bool HasToken(string hash, DateTime now) => _tokens.TryGetValue(hash, out var grant) && !grant.IsExpired(now);

    /// <summary>Whether the link of this id still opens the port.</summary>
    public bool HasLink(string id, DateTime now) => _links.TryGetValue(id, out var grant) && !grant.IsExpired(now);

    /// <summary>Whether somebody who came in by the rules before might not come in by these.</summary>
    public bool IsNarrowerThan(AccessRules before) =>
        Audience > before.Audience
        || (Audience != PortAudience.Everyone && !before.Grants.All(grant => Grants.Contains(grant)))
        || (options.AllowedNetworks.Length > 0 && options.AllowedNetworks != before.Options.AllowedNetworks)
        || (options.DeniedNetworks.Length > 0 && options.DeniedNetworks != before.Options.DeniedNetworks)
        || (options.ClosesAt is { } end && !(before.Options.ClosesAt <= end));
}
