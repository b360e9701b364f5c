using System.Net.Security;
using System.Text;

namespace PodConsole.Tests.Support;

/// <summary>A connection over HTTP/2 (RFC 9113) for frames that no proper client would send.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly Dictionary<int, Http2Answer> _answers = [];
    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private RawHttp2(SslStream stream)
    {
        _stream = stream;
        _deadline.CancelAfter(TimeSpan.FromMinutes(1));
    }

    /// <summary>Whether the gateway has ended the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Opens a connection, which has a minute to live.</summary>
    public static async Task<RawHttp2> OpenAsync(GatewayHost gateway, string host)
    {
        var connection = new RawHttp2(await gateway.ConnectAsync(host, SslApplicationProtocol.Http2));
        await connection.SendAsync(Http2Frames.Preface);
        return connection;
    }

    /// <summary>Sends a request without a body, names and values as they are, and answers its status; 0 when it was refused as a whole.</summary>
    public static async Task<int> SendAsync(GatewayHost gateway, string host, params IEnumerable<(string Name, string Value)> headers)
    {
        await using var connection = await OpenAsync(gateway, host);
        await connection.SendAsync(Http2Frames.HeadersOf(1, ends: true, headers));
        return (await connection.ReadAsync(1)).Status;
    }

    /// <summary>Sends frames. The gateway may have ended the connection.</summary>
    public async Task SendAsync(byte[] frames)
    {
        try
        {
            await _stream.WriteAsync(frames, _deadline.Token);
        }
        catch (IOException)
        {
            // What was answered before can still be read.
        }
    }

    /// <summary>Reads until a stream, or the whole connection, has ended, and answers what came on that stream.</summary>
    public async Task<Http2Answer> ReadAsync(int stream)
    {
        while (AnswerOf(stream) is { IsWhole: false, IsReset: false } && !IsClosed)
        {
            await ReadFrameAsync();
        }

        return AnswerOf(stream);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _deadline.Dispose();
    }

    private Http2Answer AnswerOf(int stream) => _answers.GetValueOrDefault(stream) ?? new(0, "", IsWhole: false, IsReset: false);

    private async Task ReadFrameAsync()
    {
        var head = new byte[9];
        byte[] payload;
        try
        {
            await _stream.ReadExactlyAsync(head, _deadline.Token);
            payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await _stream.ReadExactlyAsync(payload, _deadline.Token);
        }
        catch (IOException)
        {
            IsClosed = true;
            return;
        }

        var stream = (head[5] & 0x7f) << 24 | head[6] << 16 | head[7] << 8 | head[8];
        var ends = (head[4] & Http2Frames.EndStream) != 0;
        switch (head[3])
        {
            // An interim answer is not the end, nor are trailers another one.
            case Http2Frames.Headers:
                var status = AnswerOf(stream).Status;
                _answers[stream] = AnswerOf(stream) with { Status = status < 200 ? StatusIn(payload) : status, IsWhole = ends };
                break;
            case Http2Frames.Data:
                _answers[stream] = AnswerOf(stream) with { Body = AnswerOf(stream).Body + Encoding.Latin1.GetString(payload), HasContent = true, IsWhole = ends };
                break;
            case Http2Frames.Reset:
                _answers[stream] = AnswerOf(stream) with { IsReset = true };
                break;
            case Http2Frames.GoAway when payload[7] != 0:
                IsClosed = true;
                break;
            case Http2Frames.Settings when (head[4] & Http2Frames.Ack) == 0:
                await SendAsync(Http2Frames.Frame(Http2Frames.Settings, Http2Frames.Ack, 0));
                break;
        }
    }

    // The status is always first: one of the static table (RFC 7541, appendix A), or a literal with a name from there.
    private static int StatusIn(ReadOnlySpan<byte> block)
    {
        while ((block[0] & 0xe0) == 0x20)
        {
            block = block[1..]; // An update of the table's size.
        }

        ReadOnlySpan<int> known = [200, 204, 206, 304, 400, 404, 500];
        return block[0] is >= 0x88 and <= 0x8e ? known[block[0] - 0x88] : int.Parse(Encoding.ASCII.GetString(block.Slice(2, 3)));
    }
}

/// <summary>What came on a stream.</summary>
/// <param name="Status">0 for no answer.</param>
/// <param name="Body">Its content, as Latin-1.</param>
/// <param name="IsWhole">Whether it is complete.</param>
/// <param name="IsReset">Whether the stream was reset.</param>
internal sealed record Http2Answer(int Status, string Body, bool IsWhole, bool IsReset)
{
    /// <summary>Whether frames of content came, empty ones too.</summary>
    public bool HasContent { get; init; }
}
