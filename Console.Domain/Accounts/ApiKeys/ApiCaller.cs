using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>A program that has shown a good key: an account's, or a pod's own.</summary>
public sealed record ApiCaller
{
    /// <summary>Tells the key apart from all others.</summary>
    public required string KeyId { get; init; }

    /// <summary>The key's name, for people; null for a pod's.</summary>
    public string? KeyName { get; init; }

    /// <summary>The account whose key it is; null for a pod's.</summary>
    public string? UserId { get; init; }

    /// <summary>The pod whose key it is; null for an account's.</summary>
    public PodId? PodId { get; init; }

    /// <summary>The role it acts with: its account's, and a lower one while the key has no scope for an administrator's.</summary>
    public string Role { get; init; } = Roles.User;

    /// <summary>What it may do: the key's scopes, as far as its account's role reaches.</summary>
    public ApiScopes Scopes { get; init; }

    /// <summary>Whether its requests are not counted.</summary>
    public bool IsUnlimited { get; init; }
}
