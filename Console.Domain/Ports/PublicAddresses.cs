using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Ports;

/// <summary>Which public address a pod's TCP ports get.</summary>
public sealed class PublicAddresses(IOptions<GatewaySettings> settings)
{
    /// <summary>The clouds that have at least one address.</summary>
    public IReadOnlyList<CloudType> Clouds =>
        [.. settings.Value.EffectivePublicAddresses.Select(address => address.Cloud).Distinct().Order()];

    /// <summary>
    /// The address for the next run: in Secure Cloud the one it has, in Community Cloud any. Null when the cloud has none.
    /// </summary>
    public string? Next(CloudType cloud, string? current)
    {
        string[] all = [.. settings.Value.EffectivePublicAddresses.Where(item => item.Cloud == cloud).Select(item => item.Address)];
        return cloud == CloudType.Secure && all.Contains(current) ? current
            : all.Length == 0 ? null
            : all[RandomNumberGenerator.GetInt32(all.Length)];
    }
}
