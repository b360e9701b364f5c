using System.Security.Cryptography;
using System.Text;

namespace PodConsole.Domain.Accounts.SshKeys;

/// <summary>A public key as people paste it: one line of <c>authorized_keys</c> without options.</summary>
/// <param name="Type">Its algorithm ("ssh-ed25519").</param>
/// <param name="Blob">The key in the wire format of RFC 4253, section 6.6.</param>
/// <param name="Comment">What follows the key on the line; may be empty.</param>
public sealed record SshPublicKey(string Type, byte[] Blob, string Comment)
{
    /// <summary>Characters of a line: RSA keys of 16,384 bits with a comment fit.</summary>
    public const int MaxLength = 4000;

    /// <summary>The line, its parts divided by single spaces.</summary>
    public string Line => $"{Type} {Convert.ToBase64String(Blob)} {Comment}".TrimEnd();

    /// <summary>As <c>ssh-keygen -l</c> prints it.</summary>
    public string Fingerprint => $"SHA256:{Convert.ToBase64String(SHA256.HashData(Blob)).TrimEnd('=')}";

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line; spaces and line ends around it do not matter.</param>
    /// <param name="problem">What is wrong, for people; empty when it could be read.</param>
    /// <returns>The key; null when it could not be read.</returns>
    public static SshPublicKey? Parse(string text, out string problem)
    {
        problem = "";
        var line = text.Trim();
        if (FindMistake(line) is { } mistake)
        {
            problem = mistake;
            return null;
        }

        var parts = line.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var blob = new byte[line.Length];
        if (parts.Length < 2 || !Convert.TryFromBase64String(parts[1], blob, out var length))
        {
            problem = "This is not an SSH public key: a line such as 'ssh-ed25519 AAAA… me@example.com', from a file that ends in .pub.";
            return null;
        }

        var key = new SshPublicKey(parts[0], blob[..length], parts.ElementAtOrDefault(2) ?? "");
        problem = SshKeyFormat.FindProblem(key.Type, key.Blob) ?? "";
        return problem.Length == 0 ? key : null;
    }

    /// <inheritdoc/>
    public bool Equals(SshPublicKey? other) => other is not null && Line == other.Line;

    /// <inheritdoc/>
    public override int GetHashCode() => Line.GetHashCode(StringComparison.Ordinal);

    private static string? FindMistake(string line) =>
        line.Contains("PRIVATE KEY", StringComparison.Ordinal)
            ? "This is a private key. It must stay with you: paste the line of the file that ends in .pub."
        : line.Length > MaxLength ? $"A key has at most {MaxLength:N0} characters."
        : line.AsSpan().ContainsAny('\r', '\n') ? "Paste one key at a time: this has several lines."
        : line.Any(character => char.IsControl(character) && character != '\t') || !IsText(line) ? "A key is one line of visible characters."
        : null;

    // Half of a surrogate pair has no bytes in UTF-8.
    private static bool IsText(string line) => !line.EnumerateRunes().Contains(Rune.ReplacementChar);
}
