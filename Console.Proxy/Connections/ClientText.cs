using System.Net;

namespace PodConsole.Proxy.Connections;

/// <summary>A client's address as people write it.</summary>
internal static class ClientText
{
    /// <summary>The address, IPv4 where it is one; empty for none.</summary>
    public static string Of(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "";
}
