using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PodConsole.Domain.Accounts;

/// <summary>A link that an administrator hands to somebody: to make an account, or to choose a new password. It works once.</summary>
public sealed class AccountLink
{
    /// <summary>Row id.</summary>
    public int Id { get; set; }

    /// <summary>SHA-256 of the link's code, hexadecimal. The code has 256 random bits, so no salt is needed.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The e-mail address of the account.</summary>
    public string Email { get; set; } = "";

    /// <summary>The account whose password it resets; null for an invitation.</summary>
    public string? UserId { get; set; }

    /// <summary>The role of the account that an invitation makes.</summary>
    public string Role { get; set; } = "";

    /// <summary>The pods that it may have; null for any number.</summary>
    public int? MaxPods { get; set; }

    /// <summary>The TCP ports that its pods may expose; null for any number.</summary>
    public int? MaxTcpPorts { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>When it ends, UTC.</summary>
    public DateTime ExpiresAt { get; set; }

    /// <summary>Whether it makes an account.</summary>
    public bool IsInvitation => UserId is null;

    internal static string NewCode() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    internal static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}

/// <summary>How the making of a link ended.</summary>
public abstract record LinkResult
{
    private LinkResult()
    {
    }

    /// <summary>Made.</summary>
    /// <param name="Link">The link.</param>
    /// <param name="Code">Its code, which is not kept anywhere.</param>
    public sealed record Made(AccountLink Link, string Code) : LinkResult;

    /// <summary>Nothing was made: these values are wrong.</summary>
    public sealed record Invalid(IReadOnlyList<Pods.FieldError> Errors) : LinkResult;

    /// <summary>No such account, or the caller may not make links.</summary>
    public sealed record NotFound : LinkResult;
}
