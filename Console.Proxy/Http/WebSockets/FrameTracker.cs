namespace PodConsole.Proxy.Http.WebSockets;

/// <summary>
/// Follows one direction of a WebSocket (RFC 6455, 5.2) from frame to frame, without looking into or keeping their content:
/// where one ends, a frame of the gateway's own may be put in. Bytes that are no frames are followed no further.
/// </summary>
internal struct FrameTracker
{
    private const int CloseOpcode = 8;

    private ulong _left;
    private ulong _length;
    private int _seen;
    private int _headerLength;
    private int _opcode;

    /// <summary>Whether the next byte begins a frame.</summary>
    public readonly bool IsAtBoundary => _seen == 0 && _left == 0 && !IsBroken;

    /// <summary>Whether something came that is no frame.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether a close frame has passed: no frame may follow it.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Follows bytes to the end of the frame, or of the bytes when that comes first.</summary>
    /// <returns>How many bytes that were.</returns>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        var index = 0;
        while (index < bytes.Length && !IsBroken)
        {
            if (_left > 0)
            {
                var part = (int)Math.Min(_left, (ulong)(bytes.Length - index));
                _left -= (ulong)part;
                index += part;
            }
            else
            {
                ReadHeader(bytes[index++]);
            }

            if (_seen > 0 && _seen == _headerLength && _left == 0)
            {
                EndFrame();
                return index;
            }
        }

        return bytes.Length;
    }

    /// <summary>Follows all bytes.</summary>
    public void AdvanceAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Advance(bytes)..];
        }
    }

    private void ReadHeader(byte value)
    {
        switch (_seen++)
        {
            case 0:
                _opcode = value & 0x0F;
                _headerLength = 2;
                IsBroken = _opcode is (> 2 and < CloseOpcode) or > 10 || (_opcode >= CloseOpcode && (value & 0x80) == 0);
                break;
            case 1:
                _length = (ulong)(value & 0x7F);
                IsBroken = _opcode >= CloseOpcode && _length > 125;
                _headerLength = 2 + (_length switch { 126 => 2, 127 => 8, _ => 0 }) + ((value & 0x80) == 0 ? 0 : 4);
                _length = _length >= 126 ? 0 : _length;
                break;
            case var position when position < LengthEnd:
                _length = (_length << 8) | value;
                break;
        }

        if (_seen == _headerLength)
        {
            _left = _length;
            IsBroken |= _length > long.MaxValue;
        }
    }

    // Where the extended length ends: a mask of four bytes may follow it.
    private readonly int LengthEnd => _headerLength switch { 4 or 8 => 4, 10 or 14 => 10, _ => 2 };

    private void EndFrame()
    {
        HasClosed |= _opcode == CloseOpcode;
        _seen = 0;
    }
}
