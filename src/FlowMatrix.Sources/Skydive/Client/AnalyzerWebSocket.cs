using System.Net.WebSockets;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// An open WebSocket to an analyzer. Messages are read while they arrive. Pings are answered only while a receive is
/// pending. The connection is closed if the analyzer stops answering (<see cref="AnalyzerOptions.KeepAliveInterval"/>).
/// </summary>
/// <param name="timeout">How long a message may take from its first byte to its last.</param>
internal sealed class AnalyzerWebSocket(
    ClientWebSocket socket,
    AnalyzerErrors errors,
    TimeSpan timeout,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromMilliseconds(400);

    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <exception cref="TransientException">The connection broke.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        catch (Exception e) when (IsConnectionClosed(e, cancel))
        {
            throw ConnectionClosed(e);
        }
    }

    /// <summary>Waits for the next message and reads it; the part that the reader leaves is skipped.</summary>
    /// <param name="read">Reads the message; may block. A message of several frames is read on its own thread.</param>
    /// <returns>Null if the analyzer closed the connection.</returns>
    /// <exception cref="TransientException">The connection broke, possibly within a message.</exception>
    public async Task<T?> ReceiveAsync<T>(Func<Stream, CancellationToken, T> read, CancellationToken cancel)
        where T : class
    {
        ValueWebSocketReceiveResult first;
        try
        {
            first = await socket.ReceiveAsync(_buffer.AsMemory(), cancel);
        }
        catch (Exception e) when (IsConnectionClosed(e, cancel))
        {
            throw ConnectionClosed(e);
        }

        return first.MessageType == WebSocketMessageType.Close ? null : await ReadAsync(first, read, cancel);
    }

    private async Task<T> ReadAsync<T>(
        ValueWebSocketReceiveResult first,
        Func<Stream, CancellationToken, T> read,
        CancellationToken cancel
    )
    {
        using var limit = new TimeLimit(timeout, time, cancel);
        try
        {
            using var message = new MessageStream(socket, _buffer, first, limit.Token);
            return first.EndOfMessage
                ? ReadWhole(message)
                : await Task.Factory.StartNew(
                    () => ReadWhole(message),
                    limit.Token,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                );
        }
        catch (OperationCanceledException e) when (limit.IsOver && !cancel.IsCancellationRequested)
        {
            throw errors.TimedOut(e);
        }
        catch (Exception e) when (IsConnectionClosed(e, cancel))
        {
            throw ConnectionClosed(e);
        }

        T ReadWhole(MessageStream message)
        {
            var result = read(message, limit.Token);
            message.Skip();
            return result;
        }
    }

    /// <summary>Receives and discards messages until the analyzer closes, so that its pings are answered.</summary>
    public async Task AnswerPingsAsync()
    {
        try
        {
            while (
                (await socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None)).MessageType
                != WebSocketMessageType.Close
            ) { }
        }
        catch (Exception e) when (IsConnectionClosed(e, CancellationToken.None))
        {
            throw ConnectionClosed(e);
        }
    }

    /// <summary>Sends a close frame and waits a moment for the analyzer's.</summary>
    /// <param name="receiving">The pending receive.</param>
    public async Task CloseAsync(Task receiving)
    {
        using var limit = new CancellationTokenSource(CloseTimeout, time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }

            await receiving.WaitAsync(limit.Token);
        }
        catch (Exception e)
            when (e is WebSocketException or OperationCanceledException or IOException or TransientException)
        {
            // The connection is closed either way.
        }
    }

    public void Dispose() => socket.Dispose();

    private static bool IsConnectionClosed(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && e is WebSocketException or IOException or OperationCanceledException;

    private TransientException ConnectionClosed(Exception e) =>
        new($"{errors.Where}: the connection was closed: {errors.Shown(e.GetBaseException().Message)}", e);

    /// <summary>One message as a blocking stream over its frames.</summary>
    /// <param name="part">The part that is already in the buffer.</param>
    private sealed class MessageStream(
        ClientWebSocket socket,
        byte[] buffer,
        ValueWebSocketReceiveResult part,
        CancellationToken cancel
    ) : ReadOnlyStream
    {
        private int _read;

        public override int Read(Span<byte> into)
        {
            while (_read == part.Count)
            {
                if (part.EndOfMessage)
                {
                    return 0;
                }

                part = socket.ReceiveAsync(buffer.AsMemory(), cancel).AsTask().GetAwaiter().GetResult();
                _read = 0;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    throw new IOException("closed in the middle of a message");
                }
            }

            var count = Math.Min(into.Length, part.Count - _read);
            buffer.AsSpan(_read, count).CopyTo(into);
            _read += count;
            return count;
        }

        public void Skip()
        {
            Span<byte> rest = stackalloc byte[4096];
            while (Read(rest) > 0) { }
        }
    }
}
