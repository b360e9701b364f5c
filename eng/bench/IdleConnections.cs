using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PodConsole.Bench;

/// <summary>Connections through a proxy to a Redis which are opened, carry one request each, and then are silent.</summary>
internal static class IdleConnections
{
    private const int AtATime = 64;

    /// <summary>
    /// For each count opens as many as are missing, writes the count and the seconds that it took, and waits for a line. In
    /// the end asks over every connection again: fails when one of them is gone.
    /// </summary>
    public static async Task RunAsync(IPEndPoint target, IReadOnlyList<int> counts)
    {
        var sockets = new List<Socket>();
        foreach (var count in counts)
        {
            var started = Stopwatch.GetTimestamp();
            var opened = new Socket[count - sockets.Count];
            await Parallel.ForAsync(0, opened.Length, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (index, _) =>
                opened[index] = await OpenAsync(target));
            sockets.AddRange(opened);
            System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {Stopwatch.GetElapsedTime(started).TotalSeconds:0.000}"));
            if (System.Console.ReadLine() is null)
            {
                return;
            }
        }

        foreach (var socket in sockets)
        {
            await RedisRequest.AskAsync(socket);
        }
    }

    private static async Task<Socket> OpenAsync(IPEndPoint target)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target);
        await RedisRequest.AskAsync(socket);
        return socket;
    }
}
