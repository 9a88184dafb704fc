using System.Globalization;
using System.Text.Json;

namespace FlowMatrix.Sources.Json;

/// <summary>
/// <see cref="Utf8JsonReader"/> over a stream of any length through one reused buffer. At a value, the caller may take
/// the raw bytes over (<see cref="TakeOver"/>), walk an array by itself, and hand back with <see cref="HandBack"/>.
/// </summary>
internal ref struct JsonStream
{
    /// <summary>No sane value is longer; a longer one would only be there to fill our memory.</summary>
    private const int LongestValue = 64 * 1024 * 1024;

    private const int FirstBuffer = 256 * 1024;

    /// <summary>For what is in memory already, such as one node among thousands.</summary>
    private const int SmallestBuffer = 1024;

    /// <summary>Room before the data for the two bytes that <see cref="HandBack"/> puts there.</summary>
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

    /// <summary>Bytes of the current line that were walked over.</summary>
    private long _walked;

    /// <summary>Up to where in <see cref="Rest"/> a place was told, and that place.</summary>
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
                ? Math.Clamp(Spare + memory.Length + 1, SmallestBuffer, FirstBuffer)
                : FirstBuffer
        ];
        _reader = new Utf8JsonReader([], isFinalBlock: false, new JsonReaderState(Options));
    }

    public readonly JsonTokenType TokenType => _reader.TokenType;

    public readonly int Depth => _reader.CurrentDepth;

    public readonly ReadOnlySpan<byte> RawValue => _reader.ValueSpan;

    /// <summary>The bytes not yet walked over.</summary>
    public readonly ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the stream has nothing after <see cref="Rest"/>.</summary>
    public readonly bool IsFinal => _final;

    /// <summary>The next token; false at the end of the stream.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="EndOfStreamException">The beginning of good JSON, and no more.</exception>
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
    /// What is left is good so far: the token reader, which doesn't know that it is the end, wants more of it. That it
    /// is the end can only complete a number, or show that the text is truncated.
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

    /// <summary>The object or array whose first token was just read, as it is written; good until the next read.</summary>
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

    /// <summary>After a property's name: makes <see cref="Rest"/> start at its value.</summary>
    /// <returns>The first byte of the value, 0 at the end of the stream.</returns>
    public byte TakeOver()
    {
        Advance((int)_reader.BytesConsumed);
        _takenOver = true;
        return SkipWhiteSpace();
    }

    /// <summary>After <see cref="TakeOver"/> at a "[": the first byte behind it, 0 at the end of the stream.</summary>
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

    /// <summary>Leaves white space behind; the byte that follows, 0 at the end of the stream.</summary>
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
    /// Gives the bytes back to the token reader after an array was walked by hand. The token reader was left at the
    /// property's name: it is shown an empty array in the place of the one that it never saw, and stands at its end.
    /// </summary>
    public void HandBack(bool arrayWalked)
    {
        if (arrayWalked)
        {
            _start -= Spare;
            _bytes -= Spare;
            _buffer[_start] = (byte)'[';
            _buffer[_start + 1] = (byte)']';
        }

        _takenOver = false;
        Restart(_reader.CurrentState);
        if (arrayWalked)
        {
            Read();
            Read();
        }
    }

    /// <summary>Reads more of the stream behind <see cref="Rest"/>.</summary>
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
            if (_buffer.Length >= LongestValue)
            {
                throw new JsonException($"a value is longer than {LongestValue >> 20} MB");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        // A stream may give as little as a byte at a time: at the start enough for the mark is waited for.
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

    /// <summary>Where the reader stands: the line, and the byte for answers that are a single line; both from 1.</summary>
    public readonly string Place()
    {
        var read = Rest[..(_takenOver ? 0 : (int)_reader.BytesConsumed)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"line {_lines + read.Count((byte)'\n')}, byte {_bytes + read.Length + 1}"
        );
    }

    /// <summary>Where the current token begins, both from 1; columns are bytes. Cheap to ask of token after token.</summary>
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
