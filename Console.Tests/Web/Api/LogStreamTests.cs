using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Web.Api.Pods.Logs;

namespace PodConsole.Tests.Web.Api;

/// <summary>What a stream of output sends while nothing comes, and when it ends.</summary>
public sealed class LogStreamTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly PodFeed _feed = new();
    private readonly Pipe _pipe = new();
    private readonly Channel<LogLine> _lines = Channel.CreateUnbounded<LogLine>();
    private readonly CancellationTokenSource _ended = new();
    private readonly PodId _podId = PodId.New();
    private readonly StreamReader _reader;
    private bool _mayRead = true;

    public LogStreamTests() => _reader = new(_pipe.Reader.AsStream());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_ArrivesWithIdAndData()
    {
        var stream = RunAsync();
        _lines.Writer.TryWrite(new(new DateTime(2026, 6, 1, 12, 2, 3, DateTimeKind.Utc), 7, LogSource.Stderr, "a \"line\""));
        _lines.Writer.Complete();
        await stream;

        Assert.Equal(
            "id: 2026-06-01T12:02:03.0000000Z/000000000007\ndata: {\"source\":\"container\",\"line\":\"a \\u0022line\\u0022\",\"ts\":\"2026-06-01T12:02:03.0000000Z\"}\n\n",
            await _reader.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task Silence_SendsACommentFromTimeToTime()
    {
        var stream = RunAsync();

        _clock.Advance(LogStream.Heartbeat);

        Assert.StartsWith(":", await _reader.ReadLineAsync(Cancelled), StringComparison.Ordinal);
        await _ended.CancelAsync();
        await stream;
    }

    [Fact]
    public async Task Client_LeavesWhileItTakesNothing_EndsWithoutFault()
    {
        var full = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        using var stream = new LogStream(full.Writer, () => Task.FromResult(true), _ended);
        _lines.Writer.TryWrite(new(DateTime.UtcNow, 1, LogSource.Stdout, "nobody takes this"));
        var running = stream.WriteAsync(_lines.Reader.ReadAllAsync(_ended.Token), _podId, _feed, _clock);
        Assert.False(running.IsCompleted);

        await _ended.CancelAsync();

        await running;
    }

    [Fact]
    public async Task RightToRead_IsGone_EndsAtTheNextHeartbeat()
    {
        var stream = RunAsync();
        _mayRead = false;

        _clock.Advance(LogStream.Heartbeat);

        await stream;
    }

    [Fact]
    public async Task RightToRead_IsGone_EndsWhenThePodChanges()
    {
        var stream = RunAsync();
        _mayRead = false;

        _feed.Tick(_podId);

        await stream;
    }

    [Fact]
    public async Task RightToRead_CannotBeAsked_EndsWithTheFault()
    {
        using var stream = new LogStream(_pipe.Writer, () => throw new InvalidDataException("broken"), _ended);
        var running = stream.WriteAsync(_lines.Reader.ReadAllAsync(_ended.Token), _podId, _feed, _clock);

        _feed.Tick(_podId);

        await Assert.ThrowsAsync<InvalidDataException>(() => running);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _ended.Dispose();
    }

    private async Task RunAsync()
    {
        using var stream = new LogStream(_pipe.Writer, () => Task.FromResult(_mayRead), _ended);
        await stream.WriteAsync(_lines.Reader.ReadAllAsync(_ended.Token), _podId, _feed, _clock);
        await _pipe.Writer.CompleteAsync();
    }
}
