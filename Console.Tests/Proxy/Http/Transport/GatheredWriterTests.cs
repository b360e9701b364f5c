using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Http.Transport;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Transport;

public sealed class GatheredWriterTests
{
    private const int Most = 16 << 10;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flush_SmallPiecesWhileOneIsSent_GoTogetherAndInOrder()
    {
        var sink = new Sink();
        var writer = new GatheredWriter(sink, Unexpected);
        await writer.WriteAsync(new byte[] { 0 }, Stop);
        await Eventually.TrueAsync(() => sink.IsHeld, "the first piece is being sent");

        for (byte piece = 1; piece <= 50; piece++)
        {
            var flush = writer.WriteAsync(new[] { piece }, Stop);
            Assert.True(flush.IsCompletedSuccessfully);
        }

        sink.Release();
        await writer.CompleteAsync();
        await writer.Sent.WaitAsync(Stop);

        Assert.Equal([1, 50], sink.Pieces.Select(piece => piece.Length));
        Assert.Equal(Enumerable.Range(0, 51).Select(piece => (byte)piece), sink.Pieces.SelectMany(piece => piece));
    }

    [Fact]
    public async Task Flush_LargePiece_IsSentBeforeItReturns()
    {
        var sink = new Sink();
        sink.Release();
        var writer = new GatheredWriter(sink, Unexpected);

        var flush = writer.WriteAsync(new byte[100_000], Stop);

        Assert.True(flush.IsCompletedSuccessfully);
        Assert.Equal(100_000, sink.Pieces.Sum(piece => piece.Length));
        await writer.CompleteAsync();
        await writer.Sent.WaitAsync(Stop);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task Flush_NobodyTakes_WaitsAtTheBoundUntilSomebodyDoes(int size)
    {
        var sink = new Sink();
        var writer = new GatheredWriter(sink, Unexpected);
        var (written, flush) = (0, default(ValueTask<FlushResult>));
        do
        {
            Assert.True(written < Most);
            flush = writer.WriteAsync(new byte[size], Stop);
            written += size;
        }
        while (flush.IsCompleted);

        sink.Release();

        Assert.False((await flush).IsCompleted);
        await writer.CompleteAsync();
        await writer.Sent.WaitAsync(Stop);
        Assert.Equal(written, sink.Pieces.Sum(piece => piece.Length));
    }

    [Fact]
    public async Task Flush_OutputFailed_TellsOnceAndSaysCompleted()
    {
        var failures = new List<Exception>();
        var sink = new Sink { Failure = new IOException("The client is gone.") };
        sink.Release();
        var writer = new GatheredWriter(sink, failures.Add);

        await writer.WriteAsync(new byte[10_000], Stop);

        Assert.True((await writer.WriteAsync(new byte[10], Stop)).IsCompleted);
        await writer.CompleteAsync();
        await writer.Sent.WaitAsync(Stop);
        Assert.Equal([sink.Failure], failures);
    }

    [Fact]
    public async Task Complete_PiecesOfAllSizesToASlowSocket_ArriveWholeAndThenTheEnd()
    {
        Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var accepting = listener.AcceptAsync(Stop);
        await using var socket = await LoopSocket.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, Stop);
        using var peer = new NetworkStream(await accepting, ownsSocket: true);
        var writer = new GatheredWriter(PipeWriter.Create(socket), Unexpected);
        var random = new Random(1);
        var sent = new byte[16 << 20];
        random.NextBytes(sent);
        var received = new MemoryStream();
        var receiving = peer.CopyToAsync(received, Stop);

        for (var (at, size) = (0, 0); at < sent.Length; at += size)
        {
            size = Math.Min(random.Next(4) > 0 ? random.Next(1, 300) : random.Next(1, 70_000), sent.Length - at);
            await writer.WriteAsync(sent.AsMemory(at, size), Stop);
        }

        await writer.CompleteAsync();
        await writer.Sent.WaitAsync(Stop);
        socket.ShutDown();
        await receiving;

        Assert.Equal(sent, received.ToArray());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Flush_JustWhenTheLastPieceIsSent_IsNotForgotten(int size)
    {
        var sink = new Sink { IsAsynchronous = true };
        sink.Release();
        var writer = new GatheredWriter(sink, Unexpected);

        for (var written = size; written <= 20_000 * size; written += size)
        {
            await writer.WriteAsync(new byte[size], Stop);
            while (Volatile.Read(ref sink.Taken) < written)
            {
                await sink.Arrived.WaitAsync(Stop);
            }
        }

        await writer.CompleteAsync();
        await writer.Sent.WaitAsync(Stop);
    }

    private static void Unexpected(Exception exception) => Assert.Fail(exception.ToString());

    // Takes nothing until it is released, and remembers what came in one piece.
    private sealed class Sink : PipeWriter
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Taken;
        private bool _isHeld;

        public SemaphoreSlim Arrived { get; } = new(0);

        public bool IsAsynchronous { get; init; }

        public List<byte[]> Pieces { get; } = [];

        public Exception? Failure { get; init; }

        public bool IsHeld => Volatile.Read(ref _isHeld);

        public void Release() => _released.SetResult();

        public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            Volatile.Write(ref _isHeld, true);
            await _released.Task;
            if (IsAsynchronous)
            {
                await Task.Yield();
            }

            Pieces.Add(Failure is null ? source.ToArray() : throw Failure);
            Volatile.Write(ref Taken, Taken + source.Length);
            Arrived.Release();
            return default;
        }

        public override void Advance(int bytes) => throw new NotSupportedException();

        public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public override Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override void CancelPendingFlush() => throw new NotSupportedException();

        public override void Complete(Exception? exception = null) => throw new NotSupportedException();
    }
}
