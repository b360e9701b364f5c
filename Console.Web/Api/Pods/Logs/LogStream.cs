using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Api.Pods.Logs;

/// <summary>
/// Writes a pod's output as server-sent events (WHATWG HTML, 9.2) until the client leaves or <c>ended</c> is cancelled. Lines that
/// come together leave together. A comment goes out every <see cref="Heartbeat"/>, so that nobody on the way takes silence for an end.
/// </summary>
/// <param name="output">The body of the answer.</param>
/// <param name="mayRead">Asked at each heartbeat and whenever something about the pod changes; false ends the stream.</param>
/// <param name="ended">Ends the stream.</param>
internal sealed class LogStream(PipeWriter output, Func<Task<bool>> mayRead, CancellationTokenSource ended) : IDisposable
{
    /// <summary>How long the stream is silent at most.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private const int MaxUnsent = 64 * 1024;

    // The pipe takes one writer at a time.
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>Writes the lines that come.</summary>
    /// <param name="lines">The pod's output; its end is the stream's.</param>
    /// <param name="podId">The pod.</param>
    /// <param name="feed">Tells when something about the pod changes.</param>
    /// <param name="clock">The time.</param>
    public async Task WriteAsync(IAsyncEnumerable<LogLine> lines, PodId podId, PodFeed feed, TimeProvider clock)
    {
        var events = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watch = feed.Watch(changed => _ = changed == podId && events.Writer.TryWrite(true));
        await using var timer = clock.CreateTimer(_ => events.Writer.TryWrite(true), null, Heartbeat, Heartbeat);
        var guard = GuardAsync(events.Reader);
        try
        {
            await CopyAsync(lines.GetAsyncEnumerator(ended.Token));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client left, or may read no longer, or the console stops: all that is to be said was said.
        }
        finally
        {
            await ended.CancelAsync();
            await guard;
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task CopyAsync(IAsyncEnumerator<LogLine> lines)
    {
        await using (lines)
        {
            var next = lines.MoveNextAsync().AsTask();
            try
            {
                while (await IsNextAsync(next))
                {
                    await WriteAsync(lines.Current);
                    next = lines.MoveNextAsync().AsTask();
                }

                await FlushAsync();
            }
            finally
            {
                // Nobody may dispose of lines while the next one is waited for, as it is when a flush ends with the client.
                await ended.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Sends what was written before waiting for more.
    private async Task<bool> IsNextAsync(Task<bool> next)
    {
        if (!next.IsCompleted || output.UnflushedBytes > MaxUnsent)
        {
            await FlushAsync();
        }

        return await next;
    }

    private async Task GuardAsync(ChannelReader<bool> events)
    {
        try
        {
            await foreach (var _ in events.ReadAllAsync(ended.Token))
            {
                if (!await mayRead())
                {
                    return;
                }

                await WriteAsync(": still here\n\n");
                await FlushAsync();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The stream ended in another way.
        }
        finally
        {
            await ended.CancelAsync(); // Whoever cannot be asked must not be read to either.
        }
    }

    private Task WriteAsync(LogLine line) => WriteAsync(
        $"id: {LogParameters.IdOf(line)}\ndata: {JsonSerializer.Serialize(LogLineAnswer.Of(line), ApiJson.Options)}\n\n");

    private async Task WriteAsync(string text)
    {
        await _writing.WaitAsync(ended.Token);
        Encoding.UTF8.GetBytes(text, output);
        _writing.Release();
    }

    private async Task FlushAsync()
    {
        await _writing.WaitAsync(ended.Token);
        try
        {
            await output.FlushAsync(ended.Token);
        }
        finally
        {
            _writing.Release();
        }
    }
}

/// <summary>One line of a pod's output.</summary>
/// <param name="Source"><c>container</c> for the pod's own output, <c>system</c> for the console's.</param>
/// <param name="Line">The line, without its end.</param>
/// <param name="Ts">When it was written (RFC 3339).</param>
internal sealed record LogLineAnswer(string Source, string Line, string Ts)
{
    public static LogLineAnswer Of(LogLine line) =>
        new(line.Source == LogSource.System ? "system" : "container", line.Text, LogParameters.TimeOf(line));
}
