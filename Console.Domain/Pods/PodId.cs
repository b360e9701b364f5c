using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PodConsole.Domain.Pods;

/// <summary>A pod's id: 14 characters of <c>[a-z0-9]</c>, so that it is a DNS label on its own and before a hyphen.</summary>
public readonly record struct PodId
{
    /// <summary>Characters in an id.</summary>
    public const int Length = 14;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> AllowedCharacters = SearchValues.Create(Alphabet);

    private PodId(string value) => Value = value;

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>A new random id (72 bits).</summary>
    public static PodId New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Reads an id; anything but 14 lower-case letters and digits is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PodId id)
    {
        var valid = text is { Length: Length } && text.AsSpan().IndexOfAnyExcept(AllowedCharacters) < 0;
        id = valid ? new PodId(text!) : default;
        return valid;
    }

    /// <summary>Reads an id that is known to be one. Throws <see cref="FormatException"/> otherwise.</summary>
    public static PodId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A pod id is 14 characters of a-z and 0-9.");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
