namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// Anything that an analyzer sends shows that it is alive, pings and answers to ours included. Those are below what a
/// WebSocket tells of, so that the bytes themselves are listened to.
/// </summary>
/// <param name="heard">Called when something came, but not for each part of what comes at once; from any
/// thread.</param>
/// <param name="time">The clock that tells what comes at once.</param>
internal sealed class ActivityMonitor(Action heard, TimeProvider time)
{
    private static readonly TimeSpan NoOftenerThan = TimeSpan.FromMilliseconds(50);

    private long _last = time.GetTimestamp();

    /// <summary>The connection, listened to.</summary>
    public Stream ListenTo(Stream connection) => new HeardStream(connection, this);

    private void Hear()
    {
        var last = Interlocked.Read(ref _last);
        if (
            time.GetElapsedTime(last) >= NoOftenerThan
            && Interlocked.CompareExchange(ref _last, time.GetTimestamp(), last) == last
        )
        {
            heard();
        }
    }

    private sealed class HeardStream(Stream inner, ActivityMonitor signs) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Noted(inner.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Noted(inner.Read(buffer));

        public override async Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => Noted(await inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken));

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => Noted(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => inner.WriteAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        /// <param name="wanted">A read of nothing ends when something could be read: it shows the same.</param>
        private int Noted(int read, int wanted = 1)
        {
            if (read > 0 || wanted == 0)
            {
                signs.Hear();
            }

            return read;
        }
    }
}
