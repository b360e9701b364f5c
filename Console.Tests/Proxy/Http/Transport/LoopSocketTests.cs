using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Http.Transport;

namespace PodConsole.Tests.Proxy.Http.Transport;

public sealed class LoopSocketTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoopSocketTests()
    {
        Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_LargeBodyInBothDirections_ArrivesWholeAndThenTheEnd(bool inline)
    {
        var (socket, peer) = await ConnectAsync();
        await using var stream = socket;
        using var other = new NetworkStream(peer, ownsSocket: true);
        stream.GoesOnInline = inline;
        var sent = new byte[8 << 20];
        new Random(1).NextBytes(sent);

        var there = Task.Run(async () => await stream.WriteAsync(sent, Stop), Stop);
        var back = Task.Run(async () => await other.WriteAsync(sent, Stop), Stop);
        var received = new byte[sent.Length];
        var reading = Task.Run(async () => await other.ReadExactlyAsync(received, Stop), Stop);
        var returned = new byte[sent.Length];
        await stream.ReadExactlyAsync(returned, Stop);
        await Task.WhenAll(there, back, reading);
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(sent, received);
        Assert.Equal(sent, returned);
        Assert.Equal(0, await stream.ReadAsync(new byte[10], Stop));
    }

    [Fact]
    public async Task Read_BytesAndTheEndCameTogether_GivesBoth()
    {
        var (socket, peer) = await ConnectAsync();
        await using var stream = socket;
        await peer.SendAsync("bye"u8.ToArray(), Stop);
        peer.Dispose();

        Assert.Equal(3, await stream.ReadAsync(new byte[100], Stop));
        Assert.Equal(0, await stream.ReadAsync(new byte[100], Stop));
    }

    [Fact]
    public async Task Read_EmptyBuffer_WaitsForBytesAndLeavesThem()
    {
        var (socket, peer) = await ConnectAsync();
        await using var stream = socket;
        using var other = peer;
        var waiting = stream.ReadAsync(Memory<byte>.Empty, Stop).AsTask();
        Assert.False(waiting.IsCompleted);

        await other.SendAsync("12345"u8.ToArray(), Stop);

        Assert.Equal(0, await waiting);
        Assert.Equal(2, await stream.ReadAsync(new byte[2], Stop));
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Stop));
        Assert.Equal(3, await stream.ReadAsync(new byte[100], Stop));
    }

    [Fact]
    public async Task Read_Cancelled_EndsAndTheNextOneReads()
    {
        var (socket, peer) = await ConnectAsync();
        await using var stream = socket;
        using var other = peer;
        for (var round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            var reading = stream.ReadAsync(new byte[1], cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
            await other.SendAsync(new byte[1], Stop);
            Assert.Equal(1, await stream.ReadAsync(new byte[1], Stop));
        }
    }

    [Fact]
    public async Task Read_ClosedMeanwhile_Ends()
    {
        var (socket, peer) = await ConnectAsync();
        using var other = peer;
        var reading = socket.ReadAsync(new byte[1], Stop).AsTask();

        await socket.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    [Fact]
    public async Task Read_PeerResets_Throws()
    {
        var (socket, peer) = await ConnectAsync();
        await using var stream = socket;
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        await Assert.ThrowsAsync<ConnectionResetException>(async () => await stream.ReadExactlyAsync(new byte[1], Stop));
    }

    [Fact]
    public async Task Write_PeerIsGone_ThrowsOrTellsWhoeverAsked()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (socket, peer) = await ConnectAsync();
        await using var first = socket;
        var accepted = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        accepted.Connect(_listener.LocalEndPoint!);
        var secondPeer = await _listener.AcceptAsync(Stop);
        await using var second = new LoopSocket(accepted, () => ended.TrySetResult());
        foreach (var gone in new[] { peer, secondPeer })
        {
            gone.LingerState = new LingerOption(true, 0);
            gone.Dispose();
        }

        await ended.Task.WaitAsync(Stop);
        await second.WriteAsync(new byte[1], Stop);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await first.ReadExactlyAsync(new byte[1], Stop));
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await first.WriteAsync(new byte[1], Stop));
    }

    [Fact]
    public async Task Connect_NobodyListens_Throws()
    {
        var endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _listener.Dispose();

        await Assert.ThrowsAsync<SocketException>(() => LoopSocket.ConnectAsync(endpoint, Stop));
    }

    [Fact]
    public async Task Connect_RefusedAtOnce_Throws()
    {
        var nowhere = new IPEndPoint(IPAddress.Broadcast, 1);

        var refused = await Assert.ThrowsAsync<SocketException>(() => LoopSocket.ConnectAsync(nowhere, Stop));

        Assert.Equal(SocketError.NetworkUnreachable, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_ServiceTakesNoConnection_WaitsUntilCancelled()
    {
        using var busy = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        busy.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        busy.Listen(0);
        await using var first = await LoopSocket.ConnectAsync((IPEndPoint)busy.LocalEndPoint!, Stop);
        using var cancel = new CancellationTokenSource();

        var connecting = LoopSocket.ConnectAsync((IPEndPoint)busy.LocalEndPoint!, cancel.Token);
        Assert.False(connecting.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    private async Task<(LoopSocket Socket, Socket Peer)> ConnectAsync()
    {
        var accepting = _listener.AcceptAsync(Stop);
        var socket = await LoopSocket.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!, Stop);
        return (socket, await accepting);
    }
}
