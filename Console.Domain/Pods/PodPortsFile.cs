using System.Text.Json;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods;

/// <summary>The present mapping of a pod's ports, as its own programs read it from a file: variables are fixed at the start.</summary>
public static class PodPortsFile
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "POD_PORTS_FILE";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// JSON: <c>publicIp</c>, <c>http</c> (the ports inside), and <c>tcp</c> (the number asked for, and the external port). The
    /// same pod always gives the same text.
    /// </summary>
    /// <param name="pod">The pod, with its ports and leases.</param>
    public static string Write(Pod pod) => JsonSerializer.Serialize(
        new
        {
            publicIp = pod.PublicAddress,
            http = pod.Ports.Where(port => port.Protocol == PortProtocol.Http).Select(port => port.Number).Order(),
            tcp = pod.Leases.Where(lease => lease.Number is not null).OrderBy(lease => lease.Number)
                .ToDictionary(lease => $"{lease.Number}", lease => lease.Port),
        },
        Indented) + "\n";
}
