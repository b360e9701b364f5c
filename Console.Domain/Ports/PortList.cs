using System.Globalization;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports;

/// <summary>The two comma fields, read: every valid port, and everything that is wrong, at once.</summary>
/// <param name="Ports">The valid ports, HTTP first, in the order typed.</param>
/// <param name="Errors">What is wrong; empty when all is well.</param>
public sealed record PortListResult(IReadOnlyList<PortRequest> Ports, IReadOnlyList<FieldError> Errors)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Errors.Count == 0;
}

/// <summary>
/// Reads and writes the texts of Expose HTTP Ports and Expose TCP Ports. Spaces and doubled or trailing commas are
/// tolerated (<c>22,</c> is a normal value). The rules themselves are in <see cref="PortRules"/>.
/// </summary>
public static class PortList
{
    /// <summary>Reads both fields. Pure.</summary>
    /// <param name="http">Text of Expose HTTP Ports.</param>
    /// <param name="tcp">Text of Expose TCP Ports.</param>
    /// <param name="maxTcpPorts">TCP ports that one pod may expose.</param>
    public static PortListResult Parse(string? http, string? tcp, int maxTcpPorts)
    {
        var fields = new PortTexts(Split(http), Split(tcp));
        var errors = new List<FieldError>();
        var httpPorts = Read(PortProtocol.Http, fields, errors);
        var tcpPorts = Read(PortProtocol.Tcp, fields, errors);
        IReadOnlyList<PortRequest> ports = [.. httpPorts, .. tcpPorts];
        errors.AddRange(PortRules.Check(ports, maxTcpPorts, fields));
        return new(PortRules.WithoutInvalid(ports), errors);
    }

    /// <summary>The text of one field: <c>8888, 4000</c>.</summary>
    public static string Format(IEnumerable<PortRequest> ports, PortProtocol protocol) =>
        string.Join(", ", ports.Where(port => port.Protocol == protocol).Select(port => port.Number));

    private static string[] Split(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static List<PortRequest> Read(PortProtocol protocol, PortTexts fields, List<FieldError> errors)
    {
        var ports = new List<PortRequest>();
        foreach (var token in fields.Of(protocol))
        {
            if (int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                ports.Add(new(protocol, number));
            }
            else
            {
                errors.Add(NotANumber(protocol, token, fields));
            }
        }

        return ports;
    }

    private static FieldError NotANumber(PortProtocol protocol, string token, PortTexts fields)
    {
        var shown = token.Length <= 20 ? token : token[..20] + "…";
        var numbers = token.Split([' ', ';', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (numbers.Length > 1 && numbers.All(number => number.All(char.IsAsciiDigit)))
        {
            var fixedText = string.Join(", ", numbers);
            return new(PortRules.FieldOf(protocol), $"'{shown}' needs commas between the ports.",
                fields.Fix($"Use {fixedText}", protocol, token, fixedText));
        }

        var message = token.All(char.IsAsciiDigit)
            ? $"{shown} is too large for a port number."
            : $"'{shown}' is not a port number.";
        return new(PortRules.FieldOf(protocol), message, fields.Fix($"Remove {shown}", protocol, token, ""));
    }
}
