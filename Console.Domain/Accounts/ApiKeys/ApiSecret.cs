using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>The text of a key: <c>ppk_</c>, then the secret.</summary>
public static class ApiSecret
{
    /// <summary>How every key starts.</summary>
    public const string Prefix = "ppk_";

    /// <summary>Characters that must follow the prefix.</summary>
    public const int MinSecretLength = 32;

    private const int MaxLength = 200;
    private const int HintLength = 8;

    /// <summary>Whether a text has the form of a key.</summary>
    public static bool IsWellFormed(string? key) =>
        key is not null && key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length >= Prefix.Length + MinSecretLength
            && key.Length <= MaxLength && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');

    /// <summary>A new key of 256 random bits.</summary>
    internal static string New() => $"{Prefix}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>What is kept of a key. Its bits are random and many, so a fast hash without salt hides it.</summary>
    internal static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>What is shown of a key; 232 of its 256 bits stay unknown.</summary>
    internal static string HintOf(string key) => key[..HintLength];
}
