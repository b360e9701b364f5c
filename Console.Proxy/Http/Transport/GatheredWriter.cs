using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// Sends together what several streams of an HTTP/2 connection write at about the same time. Kestrel flushes after each of their
/// frames, and each flush would be a TLS record and a system call. One writer at a time.
/// </summary>
internal sealed class GatheredWriter : PipeWriter
{
    // So much is worth a record of its own, and goes at once: gathering it would only take a turn of another thread.
    private const int Large = 4 << 10;

    // The most that waits to be sent before a flush waits too; what is written without a flush comes on top, as without this.
    private const int MostWaiting = 16 << 10;

    private readonly SendingTurn _turn = new();
    private readonly PipeWriter _waiting;

    /// <summary>Sends to <paramref name="output"/>, which the caller completes, after <see cref="Sent"/>.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="failed">Called once when nothing more can be sent; flushes then say that they are completed.</param>
    public GatheredWriter(PipeWriter output, Action<Exception> failed)
    {
        var pipe = new Pipe(new PipeOptions(
            RecordPool.Shared, _turn, PipeScheduler.Inline, MostWaiting, MostWaiting / 2, RecordPool.Shared.MaxBufferSize, useSynchronizationContext: false));
        _waiting = pipe.Writer;
        Sent = SendAsync(pipe.Reader, output, failed);
    }

    /// <summary>Ends when everything that was written before <see cref="Complete"/> has been sent, or nothing more can be.</summary>
    public Task Sent { get; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _waiting.UnflushedBytes;

    /// <summary>A step between TLS and HTTP: lets HTTP/2 write through one of these, and HTTP/1.1 as it is.</summary>
    public static Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next) =>
        connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
            ? GatherAsync(connection, next)
            : next(connection);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _waiting.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _waiting.GetSpan(sizeHint);

    public override void Advance(int bytes) => _waiting.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_waiting.UnflushedBytes < Large)
        {
            return _waiting.FlushAsync(cancellationToken);
        }

        _turn.Claim();
        try
        {
            return _waiting.FlushAsync(cancellationToken);
        }
        finally
        {
            _turn.TakeClaimed();
        }
    }

    public override void CancelPendingFlush() => _waiting.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _waiting.Complete(exception);

    private static async Task GatherAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var output = new GatheredWriter(
            transport.Output, exception => connection.Abort(new ConnectionAbortedException("The client cannot be sent to.", exception)));
        connection.Transport = new DuplexPipe(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            await output.CompleteAsync();
            await output.Sent;
            connection.Transport = transport;
        }
    }

    private static async Task SendAsync(PipeReader waiting, PipeWriter output, Action<Exception> failed)
    {
        try
        {
            ReadResult result;
            do
            {
                result = await waiting.ReadAsync();
                foreach (var piece in result.Buffer)
                {
                    await output.WriteAsync(piece);
                }

                waiting.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            failed(exception);
        }
        finally
        {
            await waiting.CompleteAsync();
        }
    }
}
