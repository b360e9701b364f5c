using System.Collections.Frozen;
using System.Net;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Networks;

namespace PodConsole.Proxy.Http.Access;

/// <summary>Who may reach one route, ready to be asked by every request. Immutable.</summary>
internal sealed class AccessRules
{
    private readonly PortOptions _options;
    private readonly NetworkRules _networks;
    private readonly FrozenDictionary<string, PortGrant> _tokens;
    private readonly FrozenDictionary<string, PortGrant> _links;

    public AccessRules(PortOptions options, IReadOnlyList<PortGrant> grants)
    {
        (_options, _networks, Anyone) = (options, NetworkRules.Of(options), new(this));
        _tokens = grants.Where(grant => grant.Kind == GrantKind.Token).ToFrozenDictionary(grant => grant.Hash);
        _links = grants.Where(grant => grant.Kind == GrantKind.Link).ToFrozenDictionary(grant => grant.Id);
        IsOpen = options is { Audience: PortAudience.Everyone, AllowedNetworks: "", DeniedNetworks: "", ClosesAt: null };
    }

    /// <summary>Who may come in without a link or token.</summary>
    public PortAudience Audience => _options.Audience;

    /// <summary>How those come in who need no right of their own.</summary>
    public Admission Anyone { get; }

    /// <summary>Whether everyone may come in, from everywhere, for ever: nothing has to be asked.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether the port has not closed itself, and is open to this network. That holds for everyone, the owner too.</summary>
    /// <param name="client">The client's address; null when it is unknown.</param>
    /// <param name="now">The present time, UTC.</param>
    public bool IsWithinBounds(IPAddress? client, DateTime now) => !_options.IsClosed(now) && _networks.Admit(client);

    /// <summary>The token with this <see cref="PortGrant.HashOf"/>, if it opens the port.</summary>
    public PortGrant? FindToken(string hash, DateTime now) => _tokens.TryGetValue(hash, out var grant) && !grant.IsExpired(now) ? grant : null;

    /// <summary>Whether the link of this id still opens the port.</summary>
    public bool HasLink(string id, DateTime now) => _links.TryGetValue(id, out var grant) && !grant.IsExpired(now);

    /// <summary>Whether an account may reach the port by its audience alone.</summary>
    public bool Admits(string userId, string ownerId) => Audience <= PortAudience.SignedIn || userId == ownerId;

    /// <summary>Whether who came in by other rules, or earlier, may stay.</summary>
    /// <param name="admission">How it came in.</param>
    /// <param name="ownerId">The account that the pod belongs to.</param>
    /// <param name="client">The client's address; null when it is unknown.</param>
    /// <param name="now">The present time, UTC.</param>
    public bool Keep(Admission admission, string ownerId, IPAddress? client, DateTime now) =>
        IsWithinBounds(client, now)
        && (Audience == PortAudience.Everyone
            || (admission.UserId is { } userId && Admits(userId, ownerId))
            || (admission.GrantId is { } id && (HasLink(id, now) || _tokens.Values.Any(token => token.Id == id && !token.IsExpired(now)))));
}
