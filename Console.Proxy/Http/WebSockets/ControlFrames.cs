using System.Buffers.Binary;

namespace PodConsole.Proxy.Http.WebSockets;

/// <summary>The frames that the gateway itself sends (RFC 6455, 5.5).</summary>
internal static class ControlFrames
{
    /// <summary>Status of a close because an endpoint is going away (RFC 6455, 7.4.1).</summary>
    public const ushort GoingAway = 1001;

    /// <summary>A ping to a client. It is empty, and so is the pong that comes back and goes on to the pod, which ignores it (5.5.3).</summary>
    public static ReadOnlyMemory<byte> Ping { get; } = new byte[] { 0x89, 0 };

    /// <summary>A close to a client.</summary>
    public static ReadOnlyMemory<byte> CloseToClient { get; } = Close(0);

    /// <summary>A close to a pod: what goes to a server is masked, and a mask of zeros is one.</summary>
    public static ReadOnlyMemory<byte> CloseToPod { get; } = Close(4);

    private static byte[] Close(int mask)
    {
        var frame = new byte[2 + mask + 2];
        (frame[0], frame[1]) = (0x88, (byte)(2 | (mask > 0 ? 0x80 : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2 + mask), GoingAway);
        return frame;
    }
}
