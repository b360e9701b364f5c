using System.Net.WebSockets;
using System.Security.Cryptography;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>The client's side of a WebSocket to an <see cref="EchoPort"/>.</summary>
internal static class EchoSocket
{
    /// <summary>The status with which the gateway closes one.</summary>
    public const WebSocketCloseStatus GoingAway = WebSocketCloseStatus.EndpointUnavailable;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sends a message of random bytes, and checks that it comes back.</summary>
    public static async Task EchoAsync(this ClientWebSocket socket, int size)
    {
        var sent = RandomNumberGenerator.GetBytes(size);
        var sending = socket.SendAsync(sent, WebSocketMessageType.Binary, true, Cancel);
        using var echo = new MemoryStream();
        var buffer = new byte[8192];
        for (ValueWebSocketReceiveResult part = default; !part.EndOfMessage;)
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            Assert.Equal(WebSocketMessageType.Binary, part.MessageType);
            echo.Write(buffer, 0, part.Count);
        }

        await sending;
        Assert.Equal(sent, echo.ToArray());
    }

    /// <summary>Reads on until it is closed.</summary>
    public static async Task<WebSocketCloseStatus?> ReadCloseAsync(this ClientWebSocket socket)
    {
        var buffer = new byte[8192];
        while ((await socket.ReceiveAsync(buffer, Cancel)).MessageType != WebSocketMessageType.Close)
        {
        }

        return socket.CloseStatus;
    }
}
