using System.Globalization;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports;

/// <summary>Where pods' HTTP ports are reached: the same for all of them, but for the first label of the host name.</summary>
/// <param name="Domain">The domain below which pods live, without a leading dot.</param>
/// <param name="Port">The public port, 1–65535.</param>
public sealed record PodSite(string Domain, int Port)
{
    /// <summary>The address of a pod's port, as people open it.</summary>
    public Uri UrlOf(PodId podId, int port) =>
        new UriBuilder(Uri.UriSchemeHttps, string.Create(CultureInfo.InvariantCulture, $"{podId}-{port}.{Domain}"), Port).Uri;
}
