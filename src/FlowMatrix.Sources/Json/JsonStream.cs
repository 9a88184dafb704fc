using System.Globalization;
using System.Text.Json;

namespace FlowMatrix.Sources.Json;

/// <summary>
/// A JSON token reader for streams of any length: <see cref="Utf8JsonReader"/> on one reused buffer. For speed, a
/// caller can parse an array itself: it takes over the raw bytes with <see cref="TakeOver"/>, reads them from
/// <see cref="Rest"/> with <see cref="Fill"/> and <see cref="Advance"/>, and returns to tokens with
/// <see cref="HandBack"/>. Several JSON values may follow one another. Errors are <see cref="JsonException"/> and
/// <see cref="EndOfStreamException"/>; the position is in <see cref="Place"/>.
/// </summary>
internal ref struct JsonStream
{
    /// <summary>In bytes. It bounds the buffer, so that an input cannot fill the memory with one value.</summary>
    private const int MaxValueLength = 64 * 1024 * 1024;

    private const int DefaultBuffer = 256 * 1024;

    /// <summary>In bytes, for inputs that are in memory already, such as one node among thousands.</summary>
    private const int MinBuffer = 1024;

    /// <summary>Bytes before the data, for the two that <see cref="HandBack"/> puts there.</summary>
    private const int Spare = 2;

    private static readonly JsonReaderOptions Options = new()
    {
        MaxDepth = 512,
        AllowMultipleValues = true,
        CommentHandling = JsonCommentHandling.Disallow,
    };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly Stream _stream;
    private readonly CancellationToken _cancel;
    private byte[] _buffer;
    private int _start = Spare;
    private int _end = Spare;
    private bool _isStart = true;
    private bool _final;
    private bool _takenOver;
    private long _lines = 1;

    /// <summary>The number of bytes before <see cref="Rest"/> in the current line.</summary>
    private long _walked;

    /// <summary>
    /// The last offset in <see cref="Rest"/> for which <see cref="TokenPlace"/> was called, and its result.
    /// </summary>
    private int _placed;
    private (long Line, long Column) _place;

    private long _bytes;
    private Utf8JsonReader _reader;

    public JsonStream(Stream stream, CancellationToken cancel)
    {
        _stream = stream;
        _cancel = cancel;
        _buffer = new byte[
            stream is MemoryStream memory
                ? Math.Clamp(Spare + memory.Length + 1, MinBuffer, DefaultBuffer)
                : DefaultBuffer
        ];
        _reader = new Utf8JsonReader([], isFinalBlock: false, new JsonReaderState(Options));
    }

    public readonly JsonTokenType TokenType => _reader.TokenType;

    public readonly int Depth => _reader.CurrentDepth;

    public readonly ReadOnlySpan<byte> RawValue => _reader.ValueSpan;

    /// <summary>The buffered bytes that were not consumed yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the stream ends after <see cref="Rest"/>.</summary>
    public readonly bool IsFinal => _final;

    /// <summary>Reads the next token; false at the end of the stream.</summary>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    /// <exception cref="EndOfStreamException">The input is truncated.</exception>
    public bool Read()
    {
        while (!_reader.Read())
        {
            Advance((int)_reader.BytesConsumed);
            if (_final)
            {
                return ReadLast();
            }

            Fill();
            Restart(_reader.CurrentState);
        }

        return true;
    }

    /// <summary>
    /// Reads the last token. The rest is valid so far, but the token reader waits for more because it does not know
    /// that this is the end. Knowing it can only complete a number, or show that the input is truncated.
    /// </summary>
    private bool ReadLast()
    {
        var last = new Utf8JsonReader(Rest, isFinalBlock: true, _reader.CurrentState);
        try
        {
            var more = last.Read();
            _reader = last;
            return more;
        }
        catch (JsonException e)
        {
            Restart(_reader.CurrentState);
            throw new EndOfStreamException(null, e);
        }
    }

    /// <summary>Skips the value whose first token was just read.</summary>
    public void Skip()
    {
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var depth = _reader.CurrentDepth;
            do
            {
                Read();
            } while (_reader.CurrentDepth > depth);
        }
    }

    /// <summary>
    /// The bytes of the object or array whose first token was just read. They are valid until the next read.
    /// </summary>
    public ReadOnlyMemory<byte> TakeWhole()
    {
        var (open, depth, state) = (_reader.ValueSpan[0], _reader.CurrentDepth, _reader.CurrentState);
        Advance((int)_reader.BytesConsumed);
        var length = 0;
        while (true)
        {
            var inside = new Utf8JsonReader(Rest[length..], isFinalBlock: false, state);
            while (inside.Read())
            {
                if (inside.CurrentDepth == depth)
                {
                    length += (int)inside.BytesConsumed;
                    _buffer[_start - 1] = open;
                    var whole = _buffer.AsMemory(_start - 1, 1 + length);
                    Advance(length);
                    Restart(inside.CurrentState);
                    return whole;
                }
            }

            length += (int)inside.BytesConsumed;
            state = inside.CurrentState;
            if (_final)
            {
                throw new EndOfStreamException();
            }

            Fill();
        }
    }

    public readonly bool NameIs(ReadOnlySpan<byte> utf8) => JsonText.NameIs(_reader, utf8);

    /// <summary>The current string or property name, unescaped.</summary>
    public readonly string GetString() => JsonText.Unescape(_reader);

    /// <summary>
    /// Takes over the raw bytes after the name of a property: <see cref="Rest"/> starts at its value.
    /// </summary>
    /// <returns>The first byte of the value, 0 at the end of the stream.</returns>
    public byte TakeOver()
    {
        Advance((int)_reader.BytesConsumed);
        _takenOver = true;
        return SkipWhiteSpace();
    }

    /// <summary>
    /// After <see cref="TakeOver"/> at a "[", the first byte after it that is not white space; 0 at the end of the
    /// stream.
    /// </summary>
    public byte PeekIntoArray()
    {
        while (true)
        {
            var inside = Rest[1..];
            var next = inside.IndexOfAnyExcept(" \t\r\n"u8);
            if (next >= 0 || _final)
            {
                return next < 0 ? (byte)0 : inside[next];
            }

            Fill();
        }
    }

    /// <summary>Skips white space.</summary>
    /// <returns>The byte that follows, 0 at the end of the stream.</returns>
    public byte SkipWhiteSpace()
    {
        while (true)
        {
            var next = Rest.IndexOfAnyExcept(" \t\r\n"u8);
            if (next >= 0)
            {
                Advance(next);
                return _buffer[_start];
            }

            Advance(_end - _start);
            if (_final)
            {
                return 0;
            }

            Fill();
        }
    }

    /// <summary>Consumes the first bytes of <see cref="Rest"/>.</summary>
    public void Advance(int bytes)
    {
        var walked = _buffer.AsSpan(_start, bytes);
        var lastBreak = walked.LastIndexOf((byte)'\n');
        _walked = lastBreak < 0 ? _walked + bytes : bytes - lastBreak - 1;
        _lines += lastBreak < 0 ? 0 : walked[..lastBreak].Count((byte)'\n') + 1;
        _start += bytes;
        _placed = 0;
        _bytes += bytes;
    }

    /// <summary>
    /// Returns to the token reader, which was left at the name of the property. If the caller consumed an array, the
    /// token reader is given an empty array in its place, and stands at the end of it.
    /// </summary>
    public void HandBack(bool arrayConsumed)
    {
        if (arrayConsumed)
        {
            _start -= Spare;
            _bytes -= Spare;
            _buffer[_start] = (byte)'[';
            _buffer[_start + 1] = (byte)']';
        }

        _takenOver = false;
        Restart(_reader.CurrentState);
        if (arrayConsumed)
        {
            Read();
            Read();
        }
    }

    /// <summary>Reads more of the stream to the end of <see cref="Rest"/>.</summary>
    public void Fill()
    {
        _cancel.ThrowIfCancellationRequested();
        var rest = _end - _start;
        if (_start > Spare)
        {
            _buffer.AsSpan(_start, rest).CopyTo(_buffer.AsSpan(Spare));
            _start = Spare;
            _end = Spare + rest;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxValueLength)
            {
                throw new JsonException($"a value is longer than {MaxValueLength >> 20} MB");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        // A stream may return one byte at a time, but the byte order mark must be seen as a whole.
        var read = _isStart
            ? _stream.ReadAtLeast(_buffer.AsSpan(_end), ByteOrderMark.Length, throwOnEndOfStream: false)
            : _stream.Read(_buffer.AsSpan(_end));
        if (_isStart && _buffer.AsSpan(_end, read).StartsWith(ByteOrderMark))
        {
            _start += ByteOrderMark.Length;
        }

        _isStart = false;
        _end += read;
        _final = read == 0;
    }

    /// <summary>
    /// The current position as text: the line, and the offset in the stream, since many answers are a single line. Both
    /// from 1.
    /// </summary>
    public readonly string Place()
    {
        var read = Rest[..(_takenOver ? 0 : (int)_reader.BytesConsumed)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"line {_lines + read.Count((byte)'\n')}, byte {_bytes + read.Length + 1}"
        );
    }

    /// <summary>
    /// The position of the current token, from 1; columns are in bytes. Cheap to call for one token after the other.
    /// </summary>
    public (long Line, long Column) TokenPlace()
    {
        var token = (int)_reader.TokenStartIndex;
        if (_placed == 0 || token < _placed)
        {
            (_placed, _place) = (0, (_lines, _walked));
        }

        var between = Rest[_placed..token];
        var lastBreak = between.LastIndexOf((byte)'\n');
        _place =
            lastBreak < 0
                ? (_place.Line, _place.Column + between.Length)
                : (_place.Line + between.Count((byte)'\n'), between.Length - lastBreak - 1);
        _placed = token;
        return (_place.Line, _place.Column + 1);
    }

    private void Restart(JsonReaderState state) => _reader = new Utf8JsonReader(Rest, isFinalBlock: false, state);
}
