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
    /// The addresses for the next run, to be tried in this order: in Secure Cloud the one it has, in Community Cloud any, by
    /// chance. Empty when the cloud has none.
    /// </summary>
    /// <param name="cloud">The pod's cloud.</param>
    /// <param name="current">The address it has; empty for none.</param>
    /// <param name="preferred">The one to try first where it is among them.</param>
    internal IReadOnlyList<string> Next(CloudType cloud, string current, string? preferred = null)
    {
        var all = Of(cloud);
        if (cloud == CloudType.Secure && all.Contains(current))
        {
            return [current];
        }

        RandomNumberGenerator.Shuffle<string>(all);
        return [.. all.OrderByDescending(address => address == preferred)];
    }

    /// <summary>Why a pod cannot migrate from its address, in a sentence; null when it can.</summary>
    public string? FindMigrationObstacle(CloudType cloud, string current) =>
        cloud != CloudType.Community ? "In Secure Cloud the public IP stays the same: only pods in Community Cloud can migrate."
        : Of(cloud).All(address => address == current)
            ? $"Migrating needs a second public address in Community Cloud, and {current} is the only one here."
        : null;

    /// <summary>The other addresses of the same cloud, by chance.</summary>
    internal IReadOnlyList<string> Others(CloudType cloud, string current)
    {
        var others = Of(cloud).Where(address => address != current).ToArray();
        RandomNumberGenerator.Shuffle<string>(others);
        return others;
    }

    private string[] Of(CloudType cloud) =>
        [.. settings.Value.EffectivePublicAddresses.Where(item => item.Cloud == cloud).Select(item => item.Address)];
}
