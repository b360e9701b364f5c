using System.Text;

namespace PodConsole.Runtimes.LocalProcess.Logs;

/// <summary>Makes lines of a program's output, whatever bytes it writes.</summary>
internal sealed class LineSplitter
{
    /// <summary>Characters in a line; longer ones are split.</summary>
    public const int MaxLength = 16_384;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();

    /// <summary>The lines that these bytes complete.</summary>
    public List<string> Add(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        var count = _decoder.GetChars(bytes, characters, flush: false);
        var lines = new List<string>();
        foreach (var character in characters.AsSpan(0, count))
        {
            if (character == '\n')
            {
                lines.Add(Take());
                continue;
            }

            // Not between the two halves of a character.
            if (_line.Length >= MaxLength - 1 && !char.IsLowSurrogate(character))
            {
                lines.Add(Take());
            }

            _line.Append(character);
        }

        return lines;
    }

    /// <summary>What is left when the output ends; null for nothing.</summary>
    public string? End() => _line.Length == 0 ? null : Take();

    private string Take()
    {
        if (_line.Length > 0 && _line[^1] == '\r')
        {
            _line.Length--;
        }

        var text = _line.ToString();
        _line.Clear();
        return text;
    }
}
