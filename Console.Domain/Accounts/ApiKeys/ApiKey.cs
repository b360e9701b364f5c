namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>A key for programs. Only a hash of it is stored.</summary>
public sealed class ApiKey
{
    /// <summary>Row id.</summary>
    public int Id { get; set; }

    /// <summary>Whose rights it carries.</summary>
    public string UserId { get; set; } = "";

    /// <summary>For people.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its first characters, by which its owner knows it again; empty for the key of the settings.</summary>
    public string Hint { get; set; } = "";

    /// <summary>SHA-256 of the key, hexadecimal. The key itself has at least 190 random bits, so no salt is needed.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What it may do at most: never more than its account.</summary>
    public ApiScopes Scopes { get; set; }

    /// <summary>Whether it came from <c>Console:AdminApiKey</c>; such a key is replaced when the setting changes.</summary>
    public bool FromSettings { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>From when on it is refused, UTC; null for never.</summary>
    public DateTime? ExpiresAt { get; set; }

    /// <summary>When it was last used, UTC, give or take <see cref="KeyUses.Interval"/>; null for never.</summary>
    public DateTime? LastUsedAt { get; set; }
}
