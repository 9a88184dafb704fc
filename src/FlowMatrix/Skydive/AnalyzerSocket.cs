using System.Net.WebSockets;

namespace FlowMatrix.Skydive;

/// <summary>
/// An open WebSocket of an analyzer: whole messages in and out. Pings are answered while somebody receives; an analyzer
/// that gives no sign of life itself is given up.
/// </summary>
internal sealed class AnalyzerSocket(ClientWebSocket socket, AnalyzerErrors errors) : IDisposable
{
    /// <summary>A first answer holds the whole estate; the updates after it need far less.</summary>
    private const int KeptBuffer = 4 * 1024 * 1024;

    private static readonly TimeSpan Goodbye = TimeSpan.FromMilliseconds(400);

    private byte[] _buffer = new byte[64 * 1024];

    /// <exception cref="PassingFailure">The connection broke.</exception>
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

    /// <returns>The next message, good until the next call; null where the analyzer has closed.</returns>
    /// <exception cref="PassingFailure">The connection broke, even in the middle of a message.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
    {
        if (_buffer.Length > KeptBuffer)
        {
            _buffer = new byte[64 * 1024];
        }

        try
        {
            for (var length = 0; ;)
            {
                if (length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, length * 2L));
                }

                var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                if (part.EndOfMessage)
                {
                    return _buffer.AsMemory(0, length);
                }
            }
        }
        catch (Exception e) when (IsBroken(e, cancel))
        {
            throw Broken(e);
        }
    }

    /// <summary>Says goodbye, and waits a moment for whoever receives to hear the analyzer say it too.</summary>
    public async Task CloseAsync(Task receiving)
    {
        using var limit = new CancellationTokenSource(Goodbye);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }

            await receiving.WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or PassingFailure)
        {
            // It is over either way, and nothing depends on how.
        }
    }

    public void Dispose() => socket.Dispose();

    private static bool IsBroken(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && e is WebSocketException or IOException or OperationCanceledException;

    private PassingFailure Broken(Exception e) =>
        new($"{errors.Where}: the connection broke off: {errors.Shown(e.GetBaseException().Message)}", e);
}
