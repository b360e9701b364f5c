using System.Net;
using System.Net.Sockets;

namespace PodConsole.Runtimes.Demo;

/// <summary>Sends every byte back on one TCP port, and closes its side when the client closes its own.</summary>
internal sealed class DemoTcpEcho : IDisposable
{
    private readonly Socket _listener;

    private DemoTcpEcho(Socket listener) => _listener = listener;

    /// <summary>Listens; null when the address cannot be bound.</summary>
    public static DemoTcpEcho? TryStart(IPEndPoint endpoint)
    {
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endpoint);
            listener.Listen();
        }
        catch (SocketException exception)
        {
            DemoWorkload.Log($"TCP port {endpoint.Port} cannot be opened: {exception.Message}");
            listener.Dispose();
            return null;
        }

        DemoWorkload.Log($"TCP echo on {endpoint}.");
        var echo = new DemoTcpEcho(listener);
        _ = echo.AcceptAsync();
        return echo;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = EchoAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            DemoWorkload.Log("TCP echo ended.");
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await stream.CopyToAsync(stream);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            DemoWorkload.Log("A TCP connection was cut off.");
        }
    }
}
