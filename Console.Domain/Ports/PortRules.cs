using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports;

/// <summary>Every rule about which ports a pod may expose (the original's field rules), for forms and programs alike.</summary>
public static class PortRules
{
    /// <summary>HTTP ports that one pod may expose (the original's rule).</summary>
    public const int MaxHttpPorts = 10;

    /// <summary>Characters in a port's label.</summary>
    public const int MaxLabelLength = 60;

    /// <summary>Checks a list that did not come from the comma fields. All errors at once.</summary>
    public static IReadOnlyList<FieldError> Check(IReadOnlyList<PortRequest> ports, int maxTcpPorts) =>
        [.. Check(ports, maxTcpPorts, PortTexts.Of(ports))];

    internal static string FieldOf(PortProtocol protocol) => protocol == PortProtocol.Http ? PortFields.Http : PortFields.Tcp;

    internal static IReadOnlyList<PortRequest> WithoutInvalid(IReadOnlyList<PortRequest> ports) =>
        [.. ports.Where(port => Range(port) is null).DistinctBy(port => port.Key)];

    internal static IEnumerable<FieldError> Check(IReadOnlyList<PortRequest> ports, int maxTcpPorts, PortTexts texts)
    {
        foreach (var port in ports.DistinctBy(port => port.Key))
        {
            if (Range(port) is { } message)
            {
                yield return new(FieldOf(port.Protocol), message, RangeFix(port, texts));
            }

            if (port.Label.Length > MaxLabelLength)
            {
                yield return new(FieldOf(port.Protocol), $"The label of {port.Number} is longer than {MaxLabelLength} characters.");
            }
            else if (port.Label.Any(char.IsControl))
            {
                yield return new(FieldOf(port.Protocol), $"The label of {port.Number} is more than one line of visible characters.");
            }
        }

        foreach (var twice in ports.GroupBy(port => port.Key).Where(group => group.Count() > 1))
        {
            var (protocol, number) = twice.Key;
            yield return new(FieldOf(protocol), $"{number} is listed twice.",
                texts.Distinct($"Keep one {number}", protocol, $"{number}"));
        }

        var http = ports.Where(port => port.Protocol == PortProtocol.Http).Select(port => port.Number).ToHashSet();
        foreach (var both in ports.Where(port => port.Protocol == PortProtocol.Tcp && http.Contains(port.Number) && Range(port) is null)
            .Select(port => port.Number).Distinct())
        {
            yield return new(PortFields.Tcp, $"{both} is already exposed over HTTP. A port can be in one field only.",
                texts.Fix($"Remove {both} from TCP", PortProtocol.Tcp, $"{both}", ""));
        }

        if (http.Count > MaxHttpPorts)
        {
            yield return new(PortFields.Http, $"{http.Count} HTTP ports are too many: at most {MaxHttpPorts} can be exposed.");
        }

        var tcpCount = ports.Where(port => port.Protocol == PortProtocol.Tcp).Select(port => port.Number).Distinct().Count();
        if (tcpCount > maxTcpPorts)
        {
            yield return new(PortFields.Tcp, $"{tcpCount} TCP ports are too many: at most {maxTcpPorts} can be exposed.");
        }
    }

    private static string? Range(PortRequest port) => (port.Protocol, port.Number) switch
    {
        (_, < 1) => $"{port.Number} is not a port: ports are 1 to 65535.",
        (PortProtocol.Http, >= PortRequest.FirstSymmetrical) =>
            $"{port.Number} asks for a symmetrical port, and those are TCP: move it to Expose TCP Ports.",
        (PortProtocol.Http, > PortRequest.LastReal) => $"{port.Number} is not a port: ports are 1 to 65535.",
        (PortProtocol.Tcp, > PortRequest.LastReal and < PortRequest.FirstSymmetrical) =>
            $"{port.Number} is neither a port (1 to 65535) nor a request for a symmetrical port (70000 or more).",
        _ => null,
    };

    private static QuickFix RangeFix(PortRequest port, PortTexts texts) =>
        port is { Protocol: PortProtocol.Http, IsSymmetrical: true }
            ? texts.Move($"Move {port.Number} to TCP", PortProtocol.Http, $"{port.Number}")
            : texts.Fix($"Remove {port.Number}", port.Protocol, $"{port.Number}", "");
}
