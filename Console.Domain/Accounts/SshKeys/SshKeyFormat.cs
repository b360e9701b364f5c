using System.Buffers.Binary;
using System.Text;

namespace PodConsole.Domain.Accounts.SshKeys;

/// <summary>
/// Checks a public key byte by byte, so that a mangled one is told to its owner here and not by an SSH server that refuses him.
/// Formats: RFC 4253 (RSA), RFC 5656 (ECDSA), RFC 8709 (Ed25519), OpenSSH's PROTOCOL.u2f (sk-…).
/// </summary>
internal static class SshKeyFormat
{
    private const int MinRsaBits = 2048;
    private const int Ed25519Bytes = 32;

    private const string Damaged = "The key is damaged: it may have been cut or wrapped when it was copied.";

    /// <summary>What is wrong with a key, for people; null for nothing.</summary>
    public static string? FindProblem(string type, ReadOnlySpan<byte> blob) => type switch
    {
        "ssh-dss" => "DSA keys are no longer taken by SSH servers. Make a new one: ssh-keygen -t ed25519.",
        _ when !IsKnown(type) =>
            $"'{(type.Length <= 40 ? type : type[..40] + "…")}' cannot be used here: use a plain public key (ssh-ed25519, ecdsa-sha2-…, ssh-rsa, sk-…).",
        _ when Split(blob) is [var name, .. var fields] && Encoding.ASCII.GetString(name) == type =>
            type == "ssh-rsa" ? CheckRsa(fields) : IsWhole(type, fields) ? null : Damaged,
        _ => Damaged,
    };

    private static bool IsKnown(string type) => type is "ssh-rsa" or "ssh-ed25519" or "sk-ssh-ed25519@openssh.com"
        or "sk-ecdsa-sha2-nistp256@openssh.com" or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521";

    private static bool IsWhole(string type, byte[][] fields) => type switch
    {
        "ssh-ed25519" => fields is [{ Length: Ed25519Bytes }],
        "sk-ssh-ed25519@openssh.com" => fields is [{ Length: Ed25519Bytes }, { Length: > 0 }],
        "sk-ecdsa-sha2-nistp256@openssh.com" => fields is [var curve, var point, { Length: > 0 }] && IsPoint("nistp256", curve, point),
        _ => fields is [var curve, var point] && IsPoint(type["ecdsa-sha2-".Length..], curve, point),
    };

    // An uncompressed point: 4, then both coordinates.
    private static bool IsPoint(string name, byte[] curve, byte[] point)
    {
        var coordinate = name switch { "nistp256" => 32, "nistp384" => 48, _ => 66 };
        return Encoding.ASCII.GetString(curve) == name && point is [4, ..] && point.Length == 1 + 2 * coordinate;
    }

    private static string? CheckRsa(byte[][] fields)
    {
        if (fields is not [{ Length: > 0 }, { Length: > 0 } modulus])
        {
            return Damaged;
        }

        var bits = modulus.AsSpan().TrimStart((byte)0) is [var first, ..] rest ? (rest.Length - 1) * 8 + int.Log2(first) + 1 : 0;
        return bits < MinRsaBits ? $"An RSA key of {bits} bits is too short: {MinRsaBits} are the least. Make a new one: ssh-keygen -t ed25519." : null;
    }

    /// <summary>The length-prefixed fields; null when the lengths do not fit.</summary>
    private static byte[][]? Split(ReadOnlySpan<byte> blob)
    {
        var fields = new List<byte[]>();
        while (blob.Length > 0)
        {
            if (blob.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(blob) is var length && length > blob.Length - sizeof(uint))
            {
                return null;
            }

            fields.Add(blob.Slice(sizeof(uint), (int)length).ToArray());
            blob = blob[(sizeof(uint) + (int)length)..];
        }

        return [.. fields];
    }
}
