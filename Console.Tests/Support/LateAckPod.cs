using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PodConsole.Tests.Support;

/// <summary>
/// A service that speaks HTTP/2 without TLS and answers one request with zeros, as fast as it is allowed to. It acknowledges
/// settings and pings late, from which the other side concludes that it is far away.
/// </summary>
internal sealed class LateAckPod : IAsyncDisposable
{
    private const int LateBy = 1 << 20;
    private const int InitialWindowSize = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<(long Due, byte[] Frame)> _acks = new();
    private readonly long _bytes;
    private readonly Task _serving;
    private long _initial = ushort.MaxValue;
    private long _stream;
    private long _connection = ushort.MaxValue;

    private LateAckPod(long bytes)
    {
        _bytes = bytes;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The most bytes that it was ever allowed to send ahead.</summary>
    public long MostAllowed { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it.</summary>
    /// <param name="bytes">The length of its answer.</param>
    public static LateAckPod Start(long bytes) => new(bytes);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync(Cancel);
            await AnswerAsync(client.GetStream());
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway is gone, or was never there.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        await stream.ReadExactlyAsync(new byte[24], Cancel);
        await stream.WriteAsync(Http2Frames.Frame(Http2Frames.Settings, 0, 0), Cancel);
        var answered = false;
        for (var sent = 0L; ;)
        {
            var (type, flags, id, payload) = await ReadAsync(stream);
            switch (type)
            {
                case Http2Frames.Headers:
                    answered = true;
                    await stream.WriteAsync(Http2Frames.HeadersOf(id, ends: false, (":status", "200")), Cancel);
                    break;
                case Http2Frames.Settings when (flags & Http2Frames.Ack) == 0:
                    ReadWindow(payload);
                    _acks.Enqueue((sent + LateBy, Http2Frames.Frame(Http2Frames.Settings, Http2Frames.Ack, 0)));
                    break;
                case Http2Frames.Ping when (flags & Http2Frames.Ack) == 0:
                    _acks.Enqueue((sent + LateBy, Http2Frames.Frame(Http2Frames.Ping, Http2Frames.Ack, 0, payload)));
                    break;
                case Http2Frames.WindowUpdate:
                    var more = BinaryPrimitives.ReadInt32BigEndian(payload);
                    (_stream, _connection) = id == 0 ? (_stream, _connection + more) : (_stream + more, _connection);
                    break;
            }

            while (answered && sent < _bytes && Allowed() is > 0 and var allowed)
            {
                var count = (int)Math.Min(Math.Min(allowed, 16 * 1024), _bytes - sent);
                sent += count;
                (_stream, _connection) = (_stream - count, _connection - count);
                await stream.WriteAsync(Http2Frames.Frame(Http2Frames.Data, sent == _bytes ? Http2Frames.EndStream : 0, 1, new byte[count]), Cancel);
                while (_acks.TryPeek(out var ack) && ack.Due <= sent)
                {
                    await stream.WriteAsync(_acks.Dequeue().Frame, Cancel);
                }
            }
        }
    }

    private long Allowed()
    {
        MostAllowed = Math.Max(MostAllowed, _initial + _stream);
        return Math.Min(_initial + _stream, _connection);
    }

    private void ReadWindow(byte[] settings)
    {
        for (var at = 0; at < settings.Length; at += 6)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings.AsSpan(at)) == InitialWindowSize)
            {
                _initial = BinaryPrimitives.ReadUInt32BigEndian(settings.AsSpan(at + 2));
            }
        }
    }

    private static async Task<(byte Type, byte Flags, int Stream, byte[] Payload)> ReadAsync(NetworkStream stream)
    {
        var head = new byte[9];
        await stream.ReadExactlyAsync(head, Cancel);
        var payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
        await stream.ReadExactlyAsync(payload, Cancel);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }
}
