using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PodConsole.Domain.Ports.Options;

/// <summary>What kind of key opens a restricted port.</summary>
public enum GrantKind
{
    /// <summary>An address that anyone who has it can open in a browser until it expires.</summary>
    Link,

    /// <summary>A bearer token for programs.</summary>
    Token,
}

/// <summary>One way into a restricted HTTP port besides its audience. Removing it revokes it.</summary>
public sealed record PortGrant
{
    /// <summary>How every bearer token starts.</summary>
    public const string TokenPrefix = "ppt_";

    /// <summary>16 characters, unique.</summary>
    public required string Id { get; init; }

    /// <summary>Link or token.</summary>
    public required GrantKind Kind { get; init; }

    /// <summary>Whom or what it is for, 1–60 characters.</summary>
    public required string Label { get; init; }

    /// <summary>SHA-256 of a token, hexadecimal; empty for a link. A token has 256 random bits, so no salt is needed.</summary>
    public string Hash { get; init; } = "";

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it ends, UTC; null for never. A link always ends.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>A new link. What people open is signed by the gateway, for this grant alone.</summary>
    public static PortGrant NewLink(string label, DateTime now, DateTime expiresAt) =>
        new() { Id = NewId(), Kind = GrantKind.Link, Label = label, CreatedAt = now, ExpiresAt = expiresAt };

    /// <summary>A new token, and its secret, which is shown once and not kept.</summary>
    public static (PortGrant Grant, string Secret) NewToken(string label, DateTime now, DateTime? expiresAt)
    {
        var secret = TokenPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (new() { Id = NewId(), Kind = GrantKind.Token, Label = label, Hash = HashOf(secret), CreatedAt = now, ExpiresAt = expiresAt }, secret);
    }

    /// <summary>The hash under which a token is known.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether it has ended.</summary>
    /// <param name="now">The present time, UTC.</param>
    public bool IsExpired(DateTime now) => ExpiresAt <= now;

    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
}
