using System.Net;
using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Http.Transport;

namespace PodConsole.Tests.Proxy.Http.Transport;

public sealed class RecordWriterTests : IAsyncDisposable
{
    // What TLS makes of a full block.
    private static readonly int FullRecord = RecordPool.Shared.MaxBufferSize + 22;

    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly LoopSocket _socket;
    private readonly RecordWriter _writer;

    public RecordWriterTests()
    {
        Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _socket = new(listener.Accept());
        _writer = new(_socket);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _writer.CompleteAsync();
        await _socket.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task Write_FullRecord_MayBeHeldBackUntilTheFlush()
    {
        await _writer.WriteAsync(new byte[FullRecord], Stop);
        Assert.True(_socket.HoldsBack);

        await _writer.FlushAsync(Stop);
        Assert.False(_socket.HoldsBack);
    }

    [Fact]
    public async Task Write_SmallRecordBehindAFullOne_GoesWithIt()
    {
        await _writer.WriteAsync(new byte[FullRecord], Stop);
        await _writer.WriteAsync(new byte[100], Stop);

        Assert.False(_socket.HoldsBack);
    }

    [Fact]
    public async Task Write_NothingBehindAFullRecord_IsAFlush()
    {
        await _writer.WriteAsync(new byte[FullRecord], Stop);
        await _writer.WriteAsync(ReadOnlyMemory<byte>.Empty, Stop);

        Assert.False(_socket.HoldsBack);
    }

    [Fact]
    public async Task Write_RecordsOfAllSizes_ArriveInOrder()
    {
        var random = new Random(1);
        var sent = new byte[4 << 20];
        random.NextBytes(sent);
        var received = new byte[sent.Length];
        using var stream = new NetworkStream(_client);
        var reading = stream.ReadExactlyAsync(received, Stop).AsTask();

        for (var position = 0; position < sent.Length;)
        {
            var length = Math.Min(random.Next(4) == 0 ? random.Next(1, FullRecord) : FullRecord, sent.Length - position);
            await _writer.WriteAsync(sent.AsMemory(position, length), Stop);
            position += length;
            if (random.Next(8) == 0)
            {
                await _writer.FlushAsync(Stop);
            }
        }

        await _writer.FlushAsync(Stop);
        await reading;
        Assert.Equal(sent, received);
    }
}
