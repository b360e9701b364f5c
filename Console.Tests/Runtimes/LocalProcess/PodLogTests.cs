using System.Text;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Logs;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.LocalProcess;

public sealed class PodLogTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Logs => _directory.File("logs");

    [Fact]
    public async Task Read_Tail_IsTheLastLines()
    {
        Write(1, 100);
        Assert.Equal(["line 99", "line 100"], await TextsAsync(new(Tail: 2)));
        Assert.Empty(await TextsAsync(new(Tail: 0)));
        Assert.Equal(100, (await TextsAsync(new(Tail: 5000))).Count);
    }

    [Fact]
    public async Task Read_AfterSequence_IsTheRest()
    {
        Write(1, 100);
        Assert.Equal(["line 98", "line 99", "line 100"], await TextsAsync(new(Tail: 1, AfterSequence: 97)));
        Assert.Empty(await TextsAsync(new(AfterSequence: 100)));
    }

    [Fact]
    public async Task Read_Since_IsWhatWasWrittenFromThen()
    {
        Write(1, 3);
        var later = (await ReadAsync(new()))[^1].Timestamp.AddTicks(1);
        Write(4, 5);
        Assert.Equal(["line 4", "line 5"], await TextsAsync(new(Since: later)));
    }

    [Fact]
    public async Task Read_NoLogYet_IsEmpty() => Assert.Empty(await ReadAsync(new()));

    [Fact]
    public async Task Write_ByTheNextSupervisor_GoesOnCounting()
    {
        Write(1, 3);
        Write(4, 6);
        Assert.Equal(Enumerable.Range(1, 6).Select(number => (long)number), (await ReadAsync(new())).Select(line => line.Sequence));
    }

    [Fact]
    public async Task Write_AfterACrashInTheMiddleOfALine_LosesThatLineOnly()
    {
        Write(1, 2);
        await File.AppendAllTextAsync(LogFiles.In(Logs)[^1], "2026-01-01T00:0", TestContext.Current.CancellationToken);
        Write(3, 3);
        var lines = await ReadAsync(new());
        Assert.Equal([1, 2, 3], lines.Select(line => line.Sequence));
        Assert.Equal("line 3", lines[^1].Text);
    }

    [Fact]
    public async Task Write_MoreThanFits_KeepsTheNewestFilesWithoutAGap()
    {
        WriteMegabytes(12);

        var files = LogFiles.In(Logs);
        Assert.Equal(LogFiles.MaxFiles, files.Count);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, LogFiles.MaxFileSize + (128 * 1024)));
        var lines = await ReadAsync(new(Tail: 5000));
        Assert.Equal(5000, lines.Count);
        Assert.Equal(12_288, lines[^1].Sequence);
        Assert.Equal(Enumerable.Range(12_288 - 4999, 5000).Select(number => (long)number), lines.Select(line => line.Sequence));
        Assert.Equal([12_287L, 12_288L], (await ReadAsync(new(AfterSequence: 12_286))).Select(line => line.Sequence));
    }

    [Fact]
    public async Task Read_Follow_GivesNewLinesAcrossRotations()
    {
        Write(1, 2);
        var seen = new List<LogLine>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reading = Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in new PodLogReader(Logs).ReadAsync(new(Tail: 1, Follow: true), end.Token))
            {
                lock (seen)
                {
                    seen.Add(line);
                }
            }
        });
        await Eventually.TrueAsync(() => Count() == 1, "the tail is there");

        for (var round = 1; round <= 5; round++)
        {
            WriteMegabytes(1);
            await Eventually.TrueAsync(() => Count() == 1 + (round * 1024), "the new lines are there");
        }

        await end.CancelAsync();
        await reading;
        Assert.Equal(Enumerable.Range(2, seen.Count).Select(number => (long)number), seen.Select(line => line.Sequence));

        int Count()
        {
            lock (seen)
            {
                return seen.Count;
            }
        }
    }

    [Fact]
    public async Task Read_SourcesAndAwkwardTexts_ComeBackAsTheyWere()
    {
        string[] texts = ["", " leading and trailing ", "a\tb\u0001\u001b[31m", "日本語 🚀", "\r", "2026-01-01T00:00:00.0000000Z 9 O fake"];
        using (var log = new PodLogWriter(Logs))
        {
            log.Write("started");
            log.Write(LogSource.Stdout, texts);
            log.Write(LogSource.Stderr, texts);
        }

        var lines = await ReadAsync(new());
        Assert.Equal(["started", .. texts, .. texts], lines.Select(line => line.Text));
        Assert.Equal(LogSource.System, lines[0].Source);
        Assert.Equal(6, lines.Count(line => line.Source == LogSource.Stderr));
        Assert.All(lines, line => Assert.Equal(DateTimeKind.Utc, line.Timestamp.Kind));
    }

    [Fact]
    public void Split_Bytes_MakesLinesWhateverTheirBlocks()
    {
        var bytes = Encoding.UTF8.GetBytes("one\ntwo\r\n\n日本\n").Concat(new byte[] { 0xff, (byte)'\n' }).ToArray();
        for (var size = 1; size <= bytes.Length; size++)
        {
            var splitter = new LineSplitter();
            var lines = bytes.Chunk(size).SelectMany(block => splitter.Add(block)).ToList();
            Assert.Equal(["one", "two", "", "日本", "\ufffd"], lines);
            Assert.Null(splitter.End());
        }
    }

    [Fact]
    public void Split_LongLine_IsCutBetweenCharacters()
    {
        var text = string.Concat(Enumerable.Repeat("🚀", LineSplitter.MaxLength));
        var splitter = new LineSplitter();
        List<string> lines = [.. splitter.Add(Encoding.UTF8.GetBytes("x" + text)), splitter.End()!];

        Assert.Equal("x" + text, string.Concat(lines));
        Assert.All(lines, line => Assert.InRange(line.Length, 1, LineSplitter.MaxLength));
        Assert.All(lines, line => Assert.False(char.IsHighSurrogate(line[^1])));
    }

    public void Dispose() => _directory.Dispose();

    private void Write(int first, int last)
    {
        using var log = new PodLogWriter(Logs);
        log.Write(LogSource.Stdout, [.. Enumerable.Range(first, last - first + 1).Select(number => $"line {number}")]);
    }

    // Lines of one KiB, in blocks as a program writes them.
    private void WriteMegabytes(int count)
    {
        using var log = new PodLogWriter(Logs);
        for (var block = 0; block < count * 16; block++)
        {
            log.Write(LogSource.Stdout, [.. Enumerable.Repeat(new string('x', 1024), 64)]);
        }
    }

    private async Task<List<string>> TextsAsync(LogQuery query) => [.. (await ReadAsync(query)).Select(line => line.Text)];

    private async Task<List<LogLine>> ReadAsync(LogQuery query)
    {
        var lines = new List<LogLine>();
        await foreach (var line in new PodLogReader(Logs).ReadAsync(query, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }
}
