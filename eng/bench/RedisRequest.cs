using System.Net.Sockets;

namespace PodConsole.Bench;

/// <summary>The smallest exchange with a Redis, which proves that a connection reaches it.</summary>
internal static class RedisRequest
{
    private static readonly byte[] Question = "PING\r\n"u8.ToArray();
    private static readonly byte[] Answer = "+PONG\r\n"u8.ToArray();

    /// <summary>Asks and waits for the answer; throws <see cref="IOException"/> or <see cref="SocketException"/> when there is none.</summary>
    public static async Task AskAsync(Socket socket)
    {
        await socket.SendAsync(Question);
        var buffer = new byte[Answer.Length];
        for (var length = 0; length < buffer.Length;)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length));
            length += received > 0 ? received : throw new IOException("The connection was closed.");
        }

        if (!buffer.AsSpan().SequenceEqual(Answer))
        {
            throw new IOException("Something else than Redis answered.");
        }
    }
}
