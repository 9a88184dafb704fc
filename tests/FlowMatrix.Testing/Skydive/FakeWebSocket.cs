using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FlowMatrix.Testing.Skydive;

/// <summary>A client's WebSocket, seen from the analyzer: messages in Skydive's envelope.</summary>
internal sealed class FakeWebSocket(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);

    public WebSocketState State => socket.State;

    /// <summary>Takes the client in: pings, drops who doesn't answer, and at once who doesn't say what it is.</summary>
    /// <param name="connected">The host ids that are connected; one that is there already is refused.</param>
    /// <returns>Null where the client was sent away.</returns>
    public static async Task<FakeWebSocket?> AcceptAsync(
        HttpContext http,
        ConcurrentDictionary<string, string> connected,
        FakeAnalyzerSettings settings
    )
    {
        var host = http.Request.Headers["X-Host-ID"].ToString();
        if (!connected.TryAdd(host, host))
        {
            http.Response.StatusCode = 409;
            return null;
        }

        var socket = await http.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext
            {
                KeepAliveInterval = settings.PingInterval,
                KeepAliveTimeout = settings.PongTimeout,
            }
        );
        if (http.Request.Headers["X-Client-Type"].ToString().Length == 0)
        {
            connected.TryRemove(host, out _);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
            return null;
        }

        return new FakeWebSocket(socket);
    }

    public async Task SendAsync(string type, JsonNode? content, int status = 200) =>
        await SendRawAsync(
            new JsonObject
            {
                ["Namespace"] = "Graph",
                ["Type"] = type,
                ["UUID"] = Guid.NewGuid().ToString("N"),
                ["Status"] = status,
                ["Obj"] = content?.DeepClone(),
            }.ToJsonString()
        );

    /// <summary>Anything at all; without its end the message is left open.</summary>
    public async Task SendRawAsync(string text, bool isEnd = true)
    {
        await _sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, isEnd, default);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <returns>Null when the client has closed, or is gone.</returns>
    public async Task<JsonObject?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), default);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    return null;
                }

                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    return JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!.AsObject();
                }
            }
        }
        catch (Exception e)
            when (e is WebSocketException or OperationCanceledException or JsonException or ObjectDisposedException)
        {
            // As a real analyzer: who breaks the connection or speaks nonsense is dropped.
            socket.Abort();
            return null;
        }
    }

    public Task CloseAsync() => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);

    /// <summary>The connection breaks, without a word.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }
}
