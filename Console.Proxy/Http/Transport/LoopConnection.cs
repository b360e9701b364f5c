using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>A client's connection as Kestrel wants it.</summary>
internal sealed class LoopConnection : DefaultConnectionContext
{
    private static long _lastId = DateTime.UtcNow.Ticks;

    private readonly CancellationTokenSource _closed = new();
    private readonly LoopSocket _stream;
    private int _isClosed;

    public LoopConnection(Socket socket)
        : base(Interlocked.Increment(ref _lastId).ToString("X", CultureInfo.InvariantCulture))
    {
        socket.NoDelay = true;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        _stream = new LoopSocket(socket, Close);
        Transport = new DuplexPipe(
            PipeReader.Create(_stream, new StreamPipeReaderOptions(RecordPool.Shared, leaveOpen: true, useZeroByteReads: true)),
            new RecordWriter(_stream));
        Features.Set<IMemoryPoolFeature>(RecordPool.Shared);
        Features.Set(new PathScheduling(_stream));
        Features.Set(new ReadingPace(_stream));
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _stream.Reset();
        Close();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        _stream.ShutDown();
        await _stream.DisposeAsync();
        Close();
        await base.DisposeAsync();
    }

    // Those who are told may do anything, so not here and now.
    private void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
        }
    }
}
