namespace FlowMatrix.Sources.Streams;

/// <summary>Reads lines of bytes that end with a newline, with or without a carriage return before it.</summary>
/// <param name="max">The longest line, in bytes.</param>
internal sealed class LineReader(Stream stream, int max = 64 * 1024)
{
    private readonly byte[] _buffer = new byte[max + 2];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Number of bytes that were read.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the next line. It is valid until the next call.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread.IndexOf((byte)'\n');
            if (length >= 0 || (_isAtEnd && !unread.IsEmpty))
            {
                Line++;
                line = length >= 0 ? unread[..length] : unread;
                _start += length >= 0 ? length + 1 : unread.Length;
                line = line.EndsWith("\r"u8) ? line[..^1] : line;
                return true;
            }

            if (_isAtEnd)
            {
                line = default;
                return false;
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            throw new InvalidDataException($"line {Line + 1} is longer than {max / 1024} KiB");
        }

        var read = stream.Read(_buffer.AsSpan(_end));
        Position += read;
        _end += read;
        _isAtEnd = read == 0;
    }
}
