using PodConsole.Domain.Ports;

namespace PodConsole.Web.Shared.Ports;

/// <summary>The two comma fields as typed, and a label for each port in them.</summary>
/// <param name="saved">The ports as they are saved now.</param>
/// <param name="maxTcpPorts">TCP ports that one pod may expose.</param>
public sealed class PortsForm(IReadOnlyList<PortRequest> saved, int maxTcpPorts)
{
    private readonly Dictionary<PortKey, string> _labels = saved.ToDictionary(port => port.Key, port => port.Label);
    private readonly HashSet<PortKey> _dropped = [];

    /// <summary>Whether the saved ports are exposed now, so that taking one out and putting it back is worth a warning.</summary>
    public bool AreExposed { get; init; }

    /// <summary>Text of Expose HTTP Ports.</summary>
    public string HttpText { get; private set; } = PortList.Format(saved, PortProtocol.Http);

    /// <summary>Text of Expose TCP Ports.</summary>
    public string TcpText { get; private set; } = PortList.Format(saved, PortProtocol.Tcp);

    /// <summary>What the texts say: the valid ports, and everything that is wrong.</summary>
    public PortListResult Result { get; private set; } =
        PortList.Parse(PortList.Format(saved, PortProtocol.Http), PortList.Format(saved, PortProtocol.Tcp), maxTcpPorts);

    /// <summary>The valid ports with their labels, HTTP first.</summary>
    public IReadOnlyList<PortRequest> Ports => [.. Result.Ports.Select(port => port with { Label = LabelOf(port.Key) })];

    /// <summary>Saved HTTP ports that were taken out and put back: their access is the default one again.</summary>
    public IReadOnlyList<PortKey> AddedAgain => [.. Result.Ports.Select(port => port.Key).Where(_dropped.Contains)];

    /// <summary>Reads new texts.</summary>
    public void Write(string http, string tcp)
    {
        (HttpText, TcpText) = (http, tcp);
        Result = PortList.Parse(http, tcp, maxTcpPorts);
    }

    /// <summary>
    /// Notes which saved ports are missing. Called when a field is left: while somebody types, a number is often half there.
    /// </summary>
    public void Settle()
    {
        if (!AreExposed)
        {
            return;
        }

        var present = Result.Ports.Select(port => port.Key).ToHashSet();
        _dropped.UnionWith(saved.Select(port => port.Key).Where(key => key.Protocol == PortProtocol.Http && !present.Contains(key)));
    }

    /// <summary>The label of a port; it is remembered while the port is out of the text.</summary>
    public string LabelOf(PortKey key) => _labels.GetValueOrDefault(key, "");

    /// <summary>Names what runs on a port.</summary>
    public void Label(PortKey key, string label) => _labels[key] = label;

    /// <summary>The same text and labels, to be changed on their own.</summary>
    public PortsForm Copy()
    {
        var copy = new PortsForm(saved, maxTcpPorts) { AreExposed = AreExposed };
        copy.Write(HttpText, TcpText);
        foreach (var (key, label) in _labels)
        {
            copy.Label(key, label);
        }

        return copy;
    }
}
