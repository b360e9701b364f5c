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
        var all = Of(cloud);
        return cloud == CloudType.Secure && all.Contains(current) ? current : Pick(all);
    }

    /// <summary>Why a pod cannot migrate from its address, in a sentence; null when it can.</summary>
    public string? FindMigrationObstacle(CloudType cloud, string current) =>
        cloud != CloudType.Community ? "In Secure Cloud the public IP stays the same: only pods in Community Cloud can migrate."
        : Of(cloud).All(address => address == current)
            ? $"Migrating needs a second public address in Community Cloud, and {current} is the only one here."
        : null;

    /// <summary>Another address of the same cloud; null when there is none.</summary>
    internal string? Other(CloudType cloud, string current) => Pick([.. Of(cloud).Where(address => address != current)]);

    private string[] Of(CloudType cloud) =>
        [.. settings.Value.EffectivePublicAddresses.Where(item => item.Cloud == cloud).Select(item => item.Address)];

    private static string? Pick(string[] addresses) =>
        addresses.Length == 0 ? null : addresses[RandomNumberGenerator.GetInt32(addresses.Length)];
}
