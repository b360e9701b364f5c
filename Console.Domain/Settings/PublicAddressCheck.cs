using System.Net;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Domain.Settings;

/// <summary>
/// What is wrong with <see cref="GatewaySettings.PublicAddresses"/>. External ports are leased for each public address, and
/// so is their quarantine: two that listen on one local address would pass a port from one account on to the next at once.
/// One that listens on every IPv4 address would take a symmetrical port away from the pod that is to listen on it.
/// </summary>
internal static class PublicAddressCheck
{
    /// <summary>Every problem, as <c>Key: what is wrong</c>.</summary>
    public static IEnumerable<string> Problems(IList<PublicAddressSettings> addresses)
    {
        var readable = new List<(PublicAddressSettings Settings, IPAddress Address, IPAddress Bind)>();
        foreach (var (index, item) in addresses.Index())
        {
            var (key, bind) = item.BindAddress is { Length: > 0 } text ? ("BindAddress", text) : ("Address", item.Address);
            if (IPAddress.TryParse(item.Address, out var address) & IPAddress.TryParse(bind, out var local))
            {
                readable.Add((item, NetworkList.Plain(address!), NetworkList.Plain(local!)));
            }

            if (address is null)
            {
                yield return $"Gateway:PublicAddresses:{index}:Address: '{item.Address}' is not an IP address.";
            }

            if (local is null && key == "BindAddress")
            {
                yield return $"Gateway:PublicAddresses:{index}:BindAddress: '{bind}' is not an IP address.";
            }

            if (local is not null && IsEveryIPv4(NetworkList.Plain(local)))
            {
                yield return $"Gateway:PublicAddresses:{index}:{key}: '{bind}' is every address of this machine, so pods on it could not listen on "
                    + "their symmetrical ports. Give the address of the network interface.";
            }
        }

        foreach (var (index, one) in readable.Index())
        {
            foreach (var other in readable.Skip(index + 1))
            {
                if (one.Address.Equals(other.Address))
                {
                    yield return $"Gateway:PublicAddresses: {one.Address} is listed twice.";
                }
                else if (Overlap(one.Bind, other.Bind))
                {
                    yield return $"Gateway:PublicAddresses: {one.Settings.Address} listens on {one.Bind} and {other.Settings.Address} on {other.Bind}, so "
                        + "a client of one could reach a pod of the other. Give each a BindAddress of its own, and none of them a wildcard.";
                }
            }
        }
    }

    // A socket for IPv6 does not take IPv4, so [::] beside an IPv4 address is no overlap. 0.0.0.0 is refused by itself.
    private static bool Overlap(IPAddress one, IPAddress other) =>
        one.AddressFamily == other.AddressFamily && !IsEveryIPv4(one) && !IsEveryIPv4(other)
        && (one.Equals(other) || one.Equals(IPAddress.IPv6Any) || other.Equals(IPAddress.IPv6Any));

    private static bool IsEveryIPv4(IPAddress address) => address.Equals(IPAddress.Any);
}
