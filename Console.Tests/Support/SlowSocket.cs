using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace PodConsole.Tests.Support;

/// <summary>A client over TLS that sends a request and then sends, or takes, next to nothing.</summary>
internal sealed class SlowSocket : IDisposable
{
    // The system's list may miss a connection while others come and go.
    private static readonly TimeSpan Certainty = TimeSpan.FromSeconds(3);

    private readonly Socket _socket;
    private readonly SslStream _stream;

    private SlowSocket(Socket socket, SslStream stream) => (_socket, _stream) = (socket, stream);

    public static async Task<SlowSocket> OpenAsync(GatewayHost gateway, string host)
    {
        // A small window, or the kernel would take megabytes in its place.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, TestContext.Current.CancellationToken);
        return new(socket, await gateway.AuthenticateAsync(socket, host));
    }

    /// <summary>
    /// Sends a head, and then a little more every now and then; without more it takes 5 bytes of the answer at a time. Ends when
    /// the gateway has ended the connection, with the time it took.
    /// </summary>
    /// <param name="head">What to begin with.</param>
    /// <param name="more">What to send every now and then; null to read.</param>
    /// <param name="every">The time between.</param>
    /// <param name="held">The clients' ports of the connections that the gateway's system still holds.</param>
    public async Task<TimeSpan> BeSlowAsync(string head, string? more, TimeSpan every, Func<IReadOnlySet<int>> held)
    {
        using var self = this;
        var watch = Stopwatch.StartNew();
        var port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        var lastSeen = TimeSpan.Zero;
        for (var next = every; lastSeen == TimeSpan.Zero || watch.Elapsed - lastSeen < Certainty; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            lastSeen = held().Contains(port) ? watch.Elapsed : lastSeen;
            if (watch.Elapsed < next)
            {
                continue;
            }

            next += every;
            try
            {
                if (more is null)
                {
                    _socket.Receive(new byte[5]);
                }
                else
                {
                    await _stream.WriteAsync(Encoding.ASCII.GetBytes(more), TestContext.Current.CancellationToken);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // It has ended, and the gateway's side is watched on.
                next = TimeSpan.MaxValue;
            }
        }

        return lastSeen;
    }

    public void Dispose() => _stream.Dispose();
}
