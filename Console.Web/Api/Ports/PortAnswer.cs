using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Web.Connect;

namespace PodConsole.Web.Api.Ports;

/// <summary>Every port of a pod, HTTP first, in the order they were asked for.</summary>
internal sealed record PortsAnswer(IReadOnlyList<PortAnswer> Ports);

/// <summary>One port as the outside world sees it.</summary>
internal sealed record PortAnswer
{
    /// <summary>The port as it was asked for: <c>8888/http</c>, <c>70000/tcp</c>.</summary>
    public required string Port { get; init; }

    /// <summary>What runs there; may be empty.</summary>
    public required string Label { get; init; }

    /// <summary><c>http</c> or <c>tcp</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The port inside the pod; null for a symmetrical one that has no number yet.</summary>
    public required int? Private { get; init; }

    /// <summary>The external port; null for an HTTP port, and while the pod has none.</summary>
    public required int? Public { get; init; }

    /// <summary>The public address; null as <see cref="Public"/>.</summary>
    public required string? Ip { get; init; }

    /// <summary>The address of an HTTP port; null for a TCP port.</summary>
    public required string? Url { get; init; }

    /// <summary>Whether both numbers are equal because that was asked for.</summary>
    public required bool Symmetrical { get; init; }

    /// <summary><c>LIVE</c>, <c>WAITING</c>, <c>FAILED</c>, <c>DRAINING</c> or <c>CLOSED</c>.</summary>
    public required string State { get; init; }

    /// <summary>How ready the service is: <c>READY</c>, <c>INITIALIZING</c>, <c>NOT_READY</c> or <c>CLOSED</c>.</summary>
    public required string Health { get; init; }

    /// <summary>Why it does not serve, and the next step; empty when it does.</summary>
    public required string Reason { get; init; }

    /// <summary>What the owner should know although it serves; empty for nothing.</summary>
    public required string Warning { get; init; }

    /// <summary>Who can reach it.</summary>
    public required PortAccessAnswer Access { get; init; }

    /// <param name="port">The publisher's report.</param>
    /// <param name="pod">Its pod.</param>
    /// <param name="now">The time, UTC.</param>
    public static PortAnswer Of(ExposedPort port, Pod pod, DateTime now) => new()
    {
        Port = $"{port.Key}",
        Label = port.Label,
        Type = port.Key.Protocol == PortProtocol.Http ? "http" : "tcp",
        Private = port.Internal,
        Public = port.External?.Port,
        Ip = port.External?.Address,
        Url = port.Url?.AbsoluteUri,
        Symmetrical = port.Key is { Protocol: PortProtocol.Tcp, Number: >= PortRequest.FirstSymmetrical },
        State = port.State.ToString().ToUpperInvariant(),
        Health = PortReadiness.Of(port, pod, now) switch
        {
            Readiness.Ready => "READY",
            Readiness.Initializing => "INITIALIZING",
            Readiness.Closed => "CLOSED",
            _ => "NOT_READY",
        },
        Reason = port.Reason,
        Warning = port.Warning,
        Access = PortAccessAnswer.Of(port),
    };
}

/// <summary>Who can reach a port.</summary>
/// <param name="Audience"><c>EVERYONE</c>, <c>SIGNED_IN</c> or <c>OWNER</c>; links and tokens let in others too.</param>
/// <param name="AllowedNetworks">The networks that may reach it; empty for all.</param>
/// <param name="DeniedNetworks">The networks that may not.</param>
/// <param name="ClosesAt">When it closes itself, UTC; null for never.</param>
/// <param name="Summary">All of it in words.</param>
internal sealed record PortAccessAnswer(
    string Audience, IReadOnlyList<string> AllowedNetworks, IReadOnlyList<string> DeniedNetworks, DateTime? ClosesAt, string Summary)
{
    public static PortAccessAnswer Of(ExposedPort port) => new(
        port.Options.Audience switch { PortAudience.SignedIn => "SIGNED_IN", PortAudience.Owner => "OWNER", _ => "EVERYONE" },
        Split(port.Options.AllowedNetworks), Split(port.Options.DeniedNetworks), port.Options.ClosesAt, port.Access);

    private static string[] Split(string networks) => networks.Split(", ", StringSplitOptions.RemoveEmptyEntries);
}
