using System.Text;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Files;

namespace PodConsole.Runtimes.LocalProcess.Logs;

/// <summary>Appends to a pod's log and rotates it. Only the holder of the pod's lock has one.</summary>
internal sealed class PodLogWriter : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _lock = new();
    private readonly string _directory;
    private FileStream? _file;
    private long _next;
    private long _lost;

    public PodLogWriter(string directory)
    {
        _directory = directory;
        PodDirectory.Create(directory);
        if (LogFiles.In(directory) is [.., var last])
        {
            _next = LogFiles.FirstSequenceOf(last);
            foreach (var line in File.ReadLines(last))
            {
                _next = LogFiles.Parse(line) is { } parsed ? parsed.Sequence + 1 : _next;
            }

            _file = Open(last);
            if (_file.Length > 0)
            {
                // A crash may have cut the last line off; readers skip the empty line that is left otherwise.
                _file.Write("\n"u8);
            }
        }
        else
        {
            _next = 1;
        }
    }

    /// <summary>Writes one line of the console's own.</summary>
    public void Write(string text) => Write(LogSource.System, [text]);

    /// <summary>
    /// Writes lines. What cannot be written, because the disk is full, is counted and said later: a pod must not stand
    /// still because of its log.
    /// </summary>
    public void Write(LogSource source, IReadOnlyList<string> texts)
    {
        lock (_lock)
        {
            try
            {
                if (_lost > 0)
                {
                    Append(LogSource.System, [$"{_lost} lines are missing here: the log could not be written."]);
                    _lost = 0;
                }

                Append(source, texts);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _lost += texts.Count;
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Append(LogSource source, IReadOnlyList<string> texts)
    {
        if (_file is null || _file.Length >= LogFiles.MaxFileSize)
        {
            Rotate();
        }

        var now = DateTime.UtcNow;
        var block = new StringBuilder();
        foreach (var (index, text) in texts.Index())
        {
            LogFiles.Append(block, new(now, _next + index, source, text));
        }

        var length = _file!.Length;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(block.ToString()));
            _next += texts.Count;
        }
        catch (IOException)
        {
            _file.SetLength(length); // A full disk takes the beginning of a block.
            throw;
        }
    }

    private void Rotate()
    {
        var next = Open(LogFiles.NameOf(_directory, _next));
        _file?.Dispose();
        _file = next;
        foreach (var file in LogFiles.In(_directory).SkipLast(LogFiles.MaxFiles))
        {
            File.Delete(file);
        }
    }

    private static FileStream Open(string file)
    {
        var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            UnixCreateMode = OwnerFile,
        });
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }
}
