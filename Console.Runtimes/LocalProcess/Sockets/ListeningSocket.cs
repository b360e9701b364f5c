using System.Net;

namespace PodConsole.Runtimes.LocalProcess.Sockets;

/// <summary>A listening TCP socket of this machine.</summary>
/// <param name="Id">Never used again, not even when <paramref name="Inode"/> is.</param>
/// <param name="Inode">What <c>/proc/pid/fd</c> calls it.</param>
/// <param name="Port">The port that it listens on.</param>
/// <param name="Address">Where it listens; IPv4 addresses are never IPv6-mapped here.</param>
/// <param name="IsDual">Whether it is an IPv6 socket that takes IPv4 too.</param>
/// <param name="Interface">The interface that it is bound to; 0 for any.</param>
internal readonly record struct ListeningSocket(ulong Id, uint Inode, int Port, IPAddress Address, bool IsDual, uint Interface)
{
    /// <summary>
    /// Who answers a connection to an IPv4 address, as the kernel chooses (<c>compute_score</c> in inet_hashtables.c): a
    /// socket on that very address comes before those on every address. Several only when they share the port.
    /// </summary>
    public static List<ListeningSocket> Answering(IEnumerable<ListeningSocket> listeners, IPAddress address)
    {
        var (best, answering) = (1, new List<ListeningSocket>());
        foreach (var socket in listeners)
        {
            var score = socket.ScoreFor(address);
            if (score > best)
            {
                best = score;
                answering.Clear();
            }

            if (score == best)
            {
                answering.Add(socket);
            }
        }

        return answering;
    }

    // 0 for one that does not answer there.
    private int ScoreFor(IPAddress address)
    {
        var score = Address.Equals(address) ? 8
            : Address.Equals(IPAddress.Any) || (IsDual && Address.Equals(IPAddress.IPv6Any)) ? 4
            : 0;
        return score == 0 ? 0 : score + (Interface != 0 ? 1 : 0) + (IsDual ? 0 : 1);
    }
}
