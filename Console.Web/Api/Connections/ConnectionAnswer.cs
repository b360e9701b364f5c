using System.Globalization;
using PodConsole.Domain.Connections;

namespace PodConsole.Web.Api.Connections;

/// <summary>Live connections, the oldest first.</summary>
internal sealed record ConnectionsAnswer(IReadOnlyList<ConnectionAnswer> Connections);

/// <summary>A connection as programs see it.</summary>
/// <param name="Id">Names it until the console stops.</param>
/// <param name="PodId">The pod.</param>
/// <param name="Port">The port as the pod's owner asked for it.</param>
/// <param name="Protocol"><c>http/1.1</c>, <c>http/2</c>, <c>websocket</c> or <c>tcp</c>.</param>
/// <param name="ClientIp">The client's address; null when it is unknown.</param>
/// <param name="ClientPort">The client's port; null when it is unknown.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="IdleSeconds">How long no byte went either way.</param>
/// <param name="BytesUp">Bytes to the pod.</param>
/// <param name="BytesDown">Bytes from the pod.</param>
internal sealed record ConnectionAnswer(
    string Id, string PodId, int Port, string Protocol, string? ClientIp, int? ClientPort, DateTime StartedAt, double IdleSeconds, long BytesUp, long BytesDown)
{
    /// <summary>The answer for a connection.</summary>
    public static ConnectionAnswer Of(LiveConnection connection) => new(
        connection.Id.ToString(CultureInfo.InvariantCulture),
        connection.PodId.Value,
        connection.Port.Number,
        connection.Kind switch
        {
            ConnectionKind.Http1 => "http/1.1",
            ConnectionKind.Http2 => "http/2",
            ConnectionKind.WebSocket => "websocket",
            _ => "tcp",
        },
        connection.Client.Length > 0 ? connection.Client : null,
        connection.ClientPort > 0 ? connection.ClientPort : null,
        connection.StartedAt,
        Math.Round(connection.Idle.TotalSeconds, 1),
        connection.BytesUp,
        connection.BytesDown);
}
