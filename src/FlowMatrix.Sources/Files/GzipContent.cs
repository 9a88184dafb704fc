using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// Decompresses a gzip file: its members one after the other, each checked against its checksum and length, with
/// nothing after the last one. .NET's GZipStream accepts a truncated file and a file followed by other data. Source:
/// RFC 1952.
/// </summary>
internal sealed class GzipContent(Stream packed) : ReadOnlyStream
{
    private const int TrailerLength = 8;

    private readonly PackedBytes _packed = new(packed);
    private readonly Crc32 _checksum = new();
    private DeflateStream? _member;
    private uint _length;
    private bool _ended;

    /// <exception cref="InvalidDataException">The file is damaged, truncated, or followed by other data.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended)
        {
            _member ??= Begin();
            var read = _member.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
            {
                _checksum.Append(buffer[..read]);
                _length += (uint)read;
                return read;
            }

            End();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private DeflateStream Begin()
    {
        _packed.SkipHeader();
        return new DeflateStream(_packed, CompressionMode.Decompress, leaveOpen: true);
    }

    private void End()
    {
        _member!.Dispose();
        _member = null;
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        _ended = _packed.FindEnd(trailer);
        _checksum.Reset();
        _length = 0;
    }

    /// <summary>
    /// The compressed bytes. The decompressor does not report how many bytes of the last buffer it used, so these bytes
    /// are kept and searched for the trailer, whose value is known at the end of a member.
    /// </summary>
    private sealed class PackedBytes(Stream packed) : ReadOnlyStream
    {
        private const int Piece = 16 * 1024;

        private readonly byte[] _bytes = new byte[Piece + 64];
        private int _given;
        private int _at;
        private int _end;

        public override int Read(Span<byte> buffer)
        {
            if (_at == _end)
            {
                _at = 0;
                _end = packed.Read(_bytes, 0, Piece);
            }

            _given = _at;
            var count = Math.Min(buffer.Length, _end - _at);
            _bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public void SkipHeader()
        {
            ReadOnlySpan<byte> start = [Next(), Next(), Next()];
            var flags = Next();
            if (start is not [0x1f, 0x8b, 8] || (flags & 0xE0) != 0)
            {
                throw new InvalidDataException("it is not a gzip file");
            }

            Skip(6);
            if ((flags & 4) != 0)
            {
                Skip(Next() | (Next() << 8));
            }

            for (var text = (flags >> 3) & 3; text != 0; text >>= 1)
            {
                while ((text & 1) != 0 && Next() != 0) { }
            }

            Skip(flags & 2);
        }

        /// <summary>Finds the trailer of a member and continues after it.</summary>
        /// <returns>Whether this was the last member.</returns>
        public bool FindEnd(ReadOnlySpan<byte> trailer)
        {
            // The member may end anywhere in these bytes. Read enough for the trailer and the start of the next member.
            Complete(_at + TrailerLength + 2);
            var last = _at;
            var found = false;
            for (var at = _given; at <= last; at++)
            {
                var next = _bytes.AsSpan(at, _end - at).IndexOf(trailer);
                if (next < 0 || (at += next) > last)
                {
                    break;
                }

                found = true;
                var behind = _bytes.AsSpan(at + trailer.Length, _end - at - trailer.Length);
                if (behind.IsEmpty || behind is [0x1f, 0x8b, ..])
                {
                    _at = at + trailer.Length;
                    return behind.IsEmpty;
                }
            }

            throw new InvalidDataException(
                found
                    ? "unexpected data after the compressed data"
                    : "the compressed data is incomplete, or its checksum is wrong"
            );
        }

        /// <summary>Reads up to this index or the end of the file. Bytes before the last buffer are dropped.</summary>
        private void Complete(int place)
        {
            if (place <= _end)
            {
                return;
            }

            var missing = place - _end;
            _bytes.AsSpan(_given, _end - _given).CopyTo(_bytes);
            (_given, _at, _end) = (0, _at - _given, _end - _given);
            _end += packed.ReadAtLeast(_bytes.AsSpan(_end, missing), missing, throwOnEndOfStream: false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                packed.Dispose();
            }

            base.Dispose(disposing);
        }

        private byte Next()
        {
            Span<byte> one = stackalloc byte[1];
            return Read(one) == 1
                ? one[0]
                : throw new InvalidDataException("it ends in the header of the compressed data");
        }

        private void Skip(int count)
        {
            for (; count > 0; count--)
            {
                Next();
            }
        }
    }
}
