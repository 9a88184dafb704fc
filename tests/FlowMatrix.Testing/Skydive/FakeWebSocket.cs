using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FlowMatrix.Testing.Skydive;

/// <summary>The analyzer's side of a WebSocket: messages in Skydive's envelope.</summary>
internal sealed class FakeWebSocket(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);

    public WebSocketState State => socket.State;

    /// <summary>
    /// Accepts a client. It is pinged, and dropped if it does not answer. A client without a type is dropped at once.
    /// </summary>
    /// <param name="connected">The host ids that are connected; a second client with one of them is refused.</param>
    /// <returns>Null if the client was refused.</returns>
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

    /// <summary>Sends any text, also an invalid one.</summary>
    /// <param name="isEnd">False leaves the message incomplete.</param>
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

    /// <returns>The next message; null if the connection is closed or broken.</returns>
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
            // A real analyzer drops a client that breaks the connection or sends invalid messages.
            socket.Abort();
            return null;
        }
    }

    public Task CloseAsync() => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);

    /// <summary>Breaks the connection without closing it.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }
}
