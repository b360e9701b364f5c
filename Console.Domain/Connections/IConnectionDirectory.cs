using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Connections;

/// <summary>The connections of the gateway. It asks nobody who may see them: <see cref="ConnectionService"/> does.</summary>
public interface IConnectionDirectory
{
    /// <summary>Those that are open now, of the pods given.</summary>
    IReadOnlyList<LiveConnection> List(IReadOnlySet<PodId> pods);

    /// <summary>Those that ended last, newest first, of the pods given: TCP connections, WebSockets, and requests of a second or more.</summary>
    IReadOnlyList<ClosedConnection> ListClosed(IReadOnlySet<PodId> pods);

    /// <summary>Ends those of the pods given for which <paramref name="isMeant"/> holds.</summary>
    /// <returns>How many.</returns>
    int End(IReadOnlySet<PodId> pods, Func<LiveConnection, bool> isMeant);
}
