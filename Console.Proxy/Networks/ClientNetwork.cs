using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Networks;

/// <summary>Who counts as one client.</summary>
internal static class ClientNetwork
{
    /// <summary>An IPv4 address itself, or of an IPv6 one the /64 that one household or machine is given.</summary>
    public static IPAddress Of(IPAddress address)
    {
        var plain = NetworkList.Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return plain;
        }

        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new(bytes);
    }
}
