using PodConsole.Domain.Connections;

namespace PodConsole.Web.Connections;

/// <summary>A line of the list: a connection, or the head of a group.</summary>
/// <param name="Key">Tells it from all others.</param>
internal abstract record ConnectionLine(string Key);

/// <summary>A connection.</summary>
/// <param name="Connection">As it was when the list was read.</param>
/// <param name="Pod">Its pod.</param>
/// <param name="Rate">Bytes per second, both ways, since the list was read before.</param>
internal sealed record ConnectionRow(LiveConnection Connection, ConnectionPod Pod, double Rate) : ConnectionLine($"c{Connection.Id}");

/// <summary>The head of a group.</summary>
/// <param name="Group">The pod's id, or the client's address.</param>
/// <param name="Title">What all of them share, in words.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Rate">Bytes per second of all of them.</param>
internal sealed record ConnectionGroup(string Group, string Title, int Count, double Rate) : ConnectionLine($"g{Group}");

/// <summary>By what the list is grouped.</summary>
internal enum Grouping
{
    None,
    Pod,
    Client,
}
