using System.Net;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Networks;

/// <summary>The networks that may reach a port, HTTP or TCP. Immutable.</summary>
internal sealed class NetworkRules
{
    private readonly IReadOnlyList<IPNetwork> _allowed;
    private readonly IReadOnlyList<IPNetwork> _denied;

    private NetworkRules(PortOptions options) =>
        (_allowed, _denied) = (NetworkList.Parse(options.AllowedNetworks), NetworkList.Parse(options.DeniedNetworks));

    /// <summary>Lets every network in.</summary>
    public static NetworkRules All { get; } = new(PortOptions.Default);

    /// <summary>The rules that options ask for. Throws <see cref="FormatException"/> on a list that was never checked.</summary>
    public static NetworkRules Of(PortOptions options) =>
        options is { AllowedNetworks: "", DeniedNetworks: "" } ? All : new(options);

    /// <summary>Whether a client's address may come in. One that is not known may not, where there are rules.</summary>
    public bool Admit(IPAddress? address)
    {
        if (this == All)
        {
            return true;
        }

        if (address is null)
        {
            return false;
        }

        var plain = NetworkList.Plain(address);
        return !Contain(_denied, plain) && (_allowed.Count == 0 || Contain(_allowed, plain));
    }

    private static bool Contain(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
