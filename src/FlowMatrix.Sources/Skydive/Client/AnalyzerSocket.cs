using System.Net.WebSockets;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// An open WebSocket of an analyzer: messages in and out, read as they arrive. Pings are answered while somebody
/// receives; an analyzer that gives no sign of life itself is given up.
/// </summary>
/// <param name="timeout">How long a message may take from its first byte to its last.</param>
internal sealed class AnalyzerSocket(ClientWebSocket socket, AnalyzerErrors errors, TimeSpan timeout, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan Goodbye = TimeSpan.FromMilliseconds(400);

    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <exception cref="TransientException">The connection broke.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        catch (Exception e) when (IsBroken(e, cancel))
        {
            throw Broken(e);
        }
    }

    /// <summary>Waits for the next message and has it read; what the reader leaves of it is skipped.</summary>
    /// <param name="read">Reads the message, blocking; a long one in a thread of its own.</param>
    /// <returns>Null where the analyzer has closed.</returns>
    /// <exception cref="TransientException">The connection broke, even in the middle of a message.</exception>
    public async Task<T?> ReceiveAsync<T>(Func<Stream, CancellationToken, T> read, CancellationToken cancel)
        where T : class
    {
        ValueWebSocketReceiveResult first;
        try
        {
            first = await socket.ReceiveAsync(_buffer.AsMemory(), cancel);
        }
        catch (Exception e) when (IsBroken(e, cancel))
        {
            throw Broken(e);
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
        catch (Exception e) when (IsBroken(e, cancel))
        {
            throw Broken(e);
        }

        T ReadWhole(MessageStream message)
        {
            var result = read(message, limit.Token);
            message.Skip();
            return result;
        }
    }

    /// <summary>Receives whatever comes, for its pings alone, until the analyzer closes.</summary>
    public async Task ReceiveNothingAsync()
    {
        try
        {
            while (
                (await socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None)).MessageType
                != WebSocketMessageType.Close
            ) { }
        }
        catch (Exception e) when (IsBroken(e, CancellationToken.None))
        {
            throw Broken(e);
        }
    }

    /// <summary>Sends a close frame, and gives the receiver a moment to get the one of the analyzer.</summary>
    public async Task CloseAsync(Task receiving)
    {
        using var limit = new CancellationTokenSource(Goodbye, time);
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
            // It is over either way, and nothing depends on how.
        }
    }

    public void Dispose() => socket.Dispose();

    private static bool IsBroken(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && e is WebSocketException or IOException or OperationCanceledException;

    private TransientException Broken(Exception e) =>
        new($"{errors.Where}: the connection was closed: {errors.Shown(e.GetBaseException().Message)}", e);

    /// <summary>One message for a reader that blocks, as its parts arrive.</summary>
    /// <param name="part">What is in the buffer already.</param>
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
