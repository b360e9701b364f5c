using System.Net;
using System.Net.Sockets;

namespace PodConsole.Domain.Ports.Options;

/// <summary>Reads and writes lists of networks: addresses and CIDR ranges, IPv4 and IPv6, separated by commas, spaces or lines.</summary>
public static class NetworkList
{
    /// <summary>Networks that one list may hold.</summary>
    public const int MaxNetworks = 100;

    private static readonly char[] Separators = [',', ' ', ';', '\t', '\r', '\n'];

    /// <summary>Reads a list. Bits behind the prefix are dropped: <c>10.1.2.3/8</c> is <c>10.0.0.0/8</c>.</summary>
    /// <param name="text">The list; null is an empty one.</param>
    /// <param name="wrong">The entries that are no networks.</param>
    public static IReadOnlyList<IPNetwork> Parse(string? text, out IReadOnlyList<string> wrong)
    {
        var networks = new List<IPNetwork>();
        var problems = new List<string>();
        foreach (var entry in (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryRead(entry, out var network))
            {
                networks.Add(network);
            }
            else
            {
                problems.Add(entry);
            }
        }

        wrong = problems;
        return [.. networks.Distinct()];
    }

    /// <summary>The networks of a list that was checked when it was saved. Throws <see cref="FormatException"/> on any other.</summary>
    public static IReadOnlyList<IPNetwork> Parse(string text) =>
        Parse(text, out var wrong) is var networks && wrong.Count == 0
            ? networks
            : throw new FormatException($"'{wrong[0]}' is not a network.");

    /// <summary>The one way a list is saved and shown: <c>10.0.0.0/8, 2001:db8::/32</c>; single addresses without a prefix.</summary>
    public static string Format(IEnumerable<IPNetwork> networks) => string.Join(", ", networks.Select(Format));

    /// <summary>An address as networks are compared with it: IPv4 in IPv6 is IPv4.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Format(IPNetwork network) =>
        network.PrefixLength == BitsOf(network.BaseAddress) ? $"{network.BaseAddress}" : $"{network}";

    private static bool TryRead(string entry, out IPNetwork network)
    {
        network = default;
        var slash = entry.IndexOf('/');
        var text = slash < 0 ? entry : entry[..slash];

        // The framework also reads "1" and "0x7f.1" as addresses, and a zone has no meaning for who connects.
        var isAddress = IPAddress.TryParse(text, out var address) && !text.Contains('%')
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
        if (!isAddress)
        {
            return false;
        }

        var mapped = address!.IsIPv4MappedToIPv6;
        var bits = BitsOf(address);
        if (slash >= 0 && (!int.TryParse(entry.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out bits) || bits > BitsOf(address)))
        {
            return false;
        }

        if (mapped)
        {
            bits -= 96;
            address = address.MapToIPv4();
        }

        if (bits < 0)
        {
            return false;
        }

        network = new(Masked(address, bits), bits);
        return true;
    }

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var index = 0; index < bytes.Length; index++)
        {
            var kept = Math.Clamp(bits - (index * 8), 0, 8);
            bytes[index] &= (byte)(0xFF << (8 - kept));
        }

        return new(bytes);
    }
}
