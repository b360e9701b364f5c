using System.Globalization;

namespace PodConsole.Domain.Pods;

/// <summary>The variables that every pod is given, fixed before it starts (the original's names).</summary>
public static class PodEnvironment
{
    /// <summary>The one data centre there is: this machine.</summary>
    public const string DataCenter = "LOCAL-1";

    /// <summary>The owner's variables, then the console's own, which win.</summary>
    /// <param name="pod">The pod, with its ports and leases.</param>
    /// <param name="environment">Its own variables, as they are to be given or shown.</param>
    /// <param name="publicKeys">The owner's SSH keys, one per line; empty for none.</param>
    /// <param name="apiUrl">Where the console's REST API is.</param>
    /// <param name="apiKey">The pod's own key for it; empty where the variables are shown.</param>
    public static IReadOnlyList<EnvironmentVariable> Build(
        Pod pod, IReadOnlyList<EnvironmentVariable> environment, IReadOnlyList<string> publicKeys, string apiUrl, string apiKey)
    {
        var given = new List<EnvironmentVariable>
        {
            new("RUNPOD_POD_ID", pod.Id.Value),
            new("RUNPOD_POD_HOSTNAME", pod.Id.Value),
            new("RUNPOD_PUBLIC_IP", pod.PublicAddress),
            new("RUNPOD_DC_ID", DataCenter),
            new("RUNPOD_CPU_COUNT", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            new("RUNPOD_GPU_COUNT", "0"),
            new("RUNPOD_API_BASE_URL", apiUrl),
            new("RUNPOD_API_KEY", apiKey, IsSecret: true),
        };
        given.AddRange(pod.Leases.OrderBy(lease => lease.Number)
            .Select(lease => new EnvironmentVariable(TcpPortName(lease.Number ?? 0), $"{lease.Port}")));
        if (publicKeys.Count > 0)
        {
            given.Add(new("PUBLIC_KEY", string.Join('\n', publicKeys)));
        }

        var secrets = environment.Concat(given).Where(variable => variable.IsSecret).Select(variable => variable.Name);
        given.Add(new("POD_SECRET_NAMES", string.Join(',', secrets)));
        var names = given.Select(variable => variable.Name).ToHashSet();
        return [.. environment.Where(variable => !names.Contains(variable.Name)), .. given];
    }

    /// <summary>The variable that holds the external port of a TCP port: <c>RUNPOD_TCP_PORT_70000</c>.</summary>
    public static string TcpPortName(int number) => $"RUNPOD_TCP_PORT_{number}";
}
