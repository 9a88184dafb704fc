namespace FlowMatrix.Sources.Streams;

/// <summary>
/// The body of an answer for a reader that blocks. A blocked read of a response cannot be broken off from outside,
/// an awaited one can: so each read awaits, and ends at once when the token says so.
/// </summary>
internal sealed class AnswerStream(Stream body, CancellationToken cancel) : ReadOnlyStream
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>How many bytes were read so far, unpacked.</summary>
    public long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var wanted = Math.Min(buffer.Length, _buffer.Length);
        var read = body.ReadAsync(_buffer.AsMemory(0, wanted), cancel).AsTask().GetAwaiter().GetResult();
        _buffer.AsSpan(0, read).CopyTo(buffer);
        BytesRead += read;
        return read;
    }
}
