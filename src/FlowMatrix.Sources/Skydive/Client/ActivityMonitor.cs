namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// Reports when an analyzer sends anything, pings and pongs included. <see cref="System.Net.WebSockets.WebSocket"/>
/// does not expose those, so the bytes of the connection are watched.
/// </summary>
/// <param name="received">Called after bytes were received, at most every 50 ms, on any thread.</param>
/// <param name="time">The clock for that limit.</param>
internal sealed class ActivityMonitor(Action received, TimeProvider time)
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(50);

    private long _last = time.GetTimestamp();

    /// <summary>Wraps a connection so that its reads are reported.</summary>
    public Stream Wrap(Stream connection) => new MonitoredStream(connection, this);

    private void Report()
    {
        var last = Interlocked.Read(ref _last);
        if (
            time.GetElapsedTime(last) >= MinInterval
            && Interlocked.CompareExchange(ref _last, time.GetTimestamp(), last) == last
        )
        {
            received();
        }
    }

    private sealed class MonitoredStream(Stream inner, ActivityMonitor monitor) : Stream
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

        public override int Read(byte[] buffer, int offset, int count) => Observe(inner.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Observe(inner.Read(buffer));

        public override async Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => Observe(await inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken));

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => Observe(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);

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

        /// <param name="wanted">The length of the buffer. A read of 0 bytes returns once data is available.</param>
        private int Observe(int read, int wanted = 1)
        {
            if (read > 0 || wanted == 0)
            {
                monitor.Report();
            }

            return read;
        }
    }
}
