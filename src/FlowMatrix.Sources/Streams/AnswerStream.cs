namespace FlowMatrix.Sources.Streams;

/// <summary>
/// Lets a blocking reader read the body of a response. A blocking read of a response cannot be cancelled, but an
/// asynchronous one can. So each read waits for an asynchronous one, which ends at once when it is cancelled.
/// </summary>
internal sealed class AnswerStream(Stream body, CancellationToken cancel) : ReadOnlyStream
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>The number of bytes read so far, after decompression.</summary>
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
