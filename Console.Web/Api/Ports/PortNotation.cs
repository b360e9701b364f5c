using System.Globalization;
using PodConsole.Domain.Ports;

namespace PodConsole.Web.Api.Ports;

/// <summary>Ports as the contract writes them: <c>8888/http</c>, <c>22/tcp</c>, <c>70000/tcp</c>.</summary>
internal static class PortNotation
{
    /// <summary>Reads one; null when it is not written like that. Whether the number is allowed is checked with all the others.</summary>
    public static PortRequest? Parse(string text)
    {
        var parts = text.Split('/');
        PortProtocol? protocol = parts is [_, var name] ? name switch { "http" => PortProtocol.Http, "tcp" => PortProtocol.Tcp, _ => null } : null;
        return protocol is { } known && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(known, number)
            : null;
    }
}
