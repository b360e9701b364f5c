using System.IO.Pipelines;
using PodConsole.Proxy.Http.WebSockets;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>Whatever the moment, what the gateway puts in stands between whole frames.</summary>
public sealed class WebSocketTapTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Leave_AtARandomMoment_BothSidesGetWholeFramesAndOneClose(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            await LeaveAsync(random);
        }
    }

    [Fact]
    public async Task Ping_AmongFrames_StandsBetweenTwoOfThem()
    {
        var random = new Random(5);
        using var client = new ClientSide();
        await using var tap = new WebSocketTap(client, CancellationToken.None);
        var sent = new List<byte>();
        for (var count = 0; count < 50; count++)
        {
            var frame = Frame(random, masked: false);
            sent.AddRange(frame);
            var half = random.Next(frame.Length);
            await tap.WriteAsync(frame.AsMemory(0, half), Cancel);
            tap.Ping();
            await tap.WriteAsync(frame.AsMemory(half), Cancel);
        }

        var (frames, rest) = Split(client.Written);

        Assert.Empty(rest);
        Assert.InRange(frames.Count(frame => frame is [0x89, 0]), 40, 50);
        Assert.Equal(sent, frames.Where(frame => frame is not [0x89, 0]).SelectMany(frame => frame));
    }

    private static async Task LeaveAsync(Random random)
    {
        using var aborted = new CancellationTokenSource(Eventually.Deadline);
        using var client = new ClientSide();
        await using var tap = new WebSocketTap(client, aborted.Token);
        var fromClient = Enumerable.Range(0, 10).SelectMany(_ => Frame(random, masked: true)).ToArray();
        var fromPod = Enumerable.Range(0, 10).SelectMany(_ => Frame(random, masked: false)).ToArray();
        var (leaveAtRead, leaveAtWrite) = (random.Next(fromClient.Length), random.Next(fromPod.Length));
        var toPod = ReadAllAsync(tap, random.Next(1, 600));

        await client.SendAsync(fromClient.AsMemory(0, leaveAtRead));
        await WriteAsync(tap, fromPod.AsMemory(0, leaveAtWrite), random);
        tap.Leave();
        await client.SendAsync(fromClient.AsMemory(leaveAtRead));
        await WriteAsync(tap, fromPod.AsMemory(leaveAtWrite), random);
        await client.SendAsync(new byte[] { 0x88, 0x80, 0, 0, 0, 0 });

        var podFrames = Whole(await toPod);
        Assert.Equal(ControlFrames.CloseToPod.ToArray(), podFrames[^1]);
        Assert.True(fromClient.AsSpan().StartsWith(podFrames[..^1].SelectMany(frame => frame).ToArray()));
        await Eventually.TrueAsync(() => Whole(client.Written) is [.., [0x88, 2, ..]], "the client is told");
        Assert.True(fromPod.AsSpan().StartsWith(Whole(client.Written)[..^1].SelectMany(frame => frame).ToArray()));
    }

    private static List<byte[]> Whole(byte[] bytes)
    {
        var (frames, rest) = Split(bytes);
        Assert.Empty(rest);
        return frames;
    }

    private static (List<byte[]> Frames, byte[] Left) Split(byte[] bytes)
    {
        var tracker = new FrameTracker();
        var frames = new List<byte[]>();
        while (bytes.Length > 0)
        {
            var length = tracker.Advance(bytes);
            if (!tracker.IsAtBoundary)
            {
                break;
            }

            frames.Add(bytes[..length]);
            bytes = bytes[length..];
        }

        return (frames, bytes);
    }

    private static async Task<byte[]> ReadAllAsync(WebSocketTap tap, int size)
    {
        using var all = new MemoryStream();
        var buffer = new byte[size + 10];
        while (true)
        {
            _ = await tap.ReadAsync(Memory<byte>.Empty, Cancel);
            if (await tap.ReadAsync(buffer, Cancel) is var count && count == 0)
            {
                return all.ToArray();
            }

            all.Write(buffer, 0, count);
        }
    }

    private static async Task WriteAsync(WebSocketTap tap, ReadOnlyMemory<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            var length = Math.Min(random.Next(1, 400), bytes.Length);
            await tap.WriteAsync(bytes[..length], Cancel);
            bytes = bytes[length..];
        }
    }

    private static byte[] Frame(Random random, bool masked)
    {
        var body = new byte[random.Next(200)];
        random.NextBytes(body);
        byte[] length = body.Length < 126 ? [(byte)body.Length] : [126, 0, (byte)body.Length];
        length[0] |= (byte)(masked ? 0x80 : 0);
        return [(byte)(random.Next(2) == 0 ? 0x82 : 2), .. length, .. masked ? [1, 2, 3, 4] : Array.Empty<byte>(), .. body];
    }

    /// <summary>The connection to the client: what it sends, and what it was sent.</summary>
    private sealed class ClientSide : Stream
    {
        private readonly Pipe _sent = new(new PipeOptions(pauseWriterThreshold: 0));
        private readonly Stream _reader;
        private readonly MemoryStream _written = new();

        public ClientSide() => _reader = _sent.Reader.AsStream();

        public byte[] Written
        {
            get
            {
                lock (_written)
                {
                    return _written.ToArray();
                }
            }
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _sent.Writer.WriteAsync(bytes, Cancel);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reader.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_written)
            {
                _written.Write(buffer.Span);
            }

            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
