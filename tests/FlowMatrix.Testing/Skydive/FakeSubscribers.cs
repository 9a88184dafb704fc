using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FlowMatrix.Core.Views;
using Microsoft.AspNetCore.Http;

namespace FlowMatrix.Testing.Skydive;

/// <summary>
/// <c>/ws/subscriber</c>: answers a <c>SyncRequest</c> from the graph, then sends the messages that a test asks for. A
/// subscription whose filter yields no graph is dropped. Source: docs/skydive-protocol.md, "Subscriber".
/// </summary>
internal sealed class FakeSubscribers(FakeGraph graph, FakeAnalyzerSettings settings)
{
    private readonly ConcurrentDictionary<string, string> _connected = new();

    /// <summary>The subscribers with their filters. A subscriber with an empty filter gets every message.</summary>
    private readonly ConcurrentDictionary<FakeWebSocket, string> _sockets = new();
    private readonly Channel<FakeWebSocket> _synced = Channel.CreateUnbounded<FakeWebSocket>();

    public ConcurrentQueue<string> Filters { get; } = new();

    public int Connections { get; private set; }

    /// <summary>
    /// Called with each <c>SyncRequest</c> before it is answered. If it returns true, it has sent the answer itself.
    /// </summary>
    public Func<FakeWebSocket, int, Task<bool>> Intercept { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Whether the analyzer reads after its answer. Only a socket that is read answers pings.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Waits for the next subscriber whose request was answered.</summary>
    public async Task<FakeWebSocket> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _synced.Reader.ReadAsync(limit.Token);
    }

    public async Task ServeAsync(HttpContext http)
    {
        var host = http.Request.Headers["X-Host-ID"].ToString();
        using var socket = await FakeWebSocket.AcceptAsync(http, _connected, settings);
        if (socket is null)
        {
            return;
        }

        _sockets[socket] = http.Request.Headers["X-Gremlin-Filter"].ToString();
        try
        {
            if (_sockets[socket].Length > 0 && !YieldsGraph(_sockets[socket]))
            {
                return;
            }

            var number = ++Connections;
            while (await socket.ReceiveAsync() is { } message)
            {
                if ((string)message["Type"]! != "SyncRequest" || await Intercept(socket, number))
                {
                    continue;
                }

                var filter = (string?)message["Obj"]?["GremlinFilter"] ?? _sockets[socket];
                if (!await AnswerAsync(socket, filter))
                {
                    return;
                }

                _sockets[socket] = filter;

                _synced.Writer.TryWrite(socket);
                if (!Reads)
                {
                    var gone = new TaskCompletionSource();
                    await using var registration = http.RequestAborted.Register(gone.SetResult);
                    await gone.Task;
                    return;
                }
            }
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
            _connected.TryRemove(host, out _);
        }
    }

    /// <summary>
    /// Restarts the analyzer: all connections break, and its graph is empty until the agents connect again.
    /// </summary>
    /// <returns>The nodes before the restart.</returns>
    public List<JsonObject> Restart()
    {
        List<JsonObject> had;
        lock (graph.Lock)
        {
            had = [.. graph.Nodes];
            graph.Nodes.Clear();
        }

        while (_synced.Reader.TryRead(out _)) { }

        Drop();
        return had;
    }

    /// <summary>
    /// Stops an agent: its nodes are deleted, and subscribers get each whole node with its time of deletion.
    /// </summary>
    /// <returns>The deleted nodes.</returns>
    public async Task<List<JsonObject>> StopAgentAsync(string host)
    {
        List<JsonObject> had;
        lock (graph.Lock)
        {
            had = [.. graph.Nodes.Where(node => (string?)node["Host"] == host)];
            graph.Nodes.RemoveAll(had.Contains);
        }

        foreach (var node in had)
        {
            var deleted = node.DeepClone().AsObject();
            deleted["DeletedAt"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await SendToAllAsync("NodeDeleted", deleted);
        }

        return had;
    }

    /// <summary>Starts an agent: it first adds its nodes without sockets and then updates them.</summary>
    public async Task StartAgentAsync(IEnumerable<JsonObject> nodes)
    {
        foreach (var node in nodes)
        {
            lock (graph.Lock)
            {
                graph.Nodes.Add(node);
            }

            var bare = node.DeepClone().AsObject();
            bare["Metadata"]!.AsObject().Remove("Sockets");
            await SendToAllAsync("NodeAdded", bare);
            await SendToAllAsync("NodeUpdated", node);
        }
    }

    /// <summary>Sends a node to all subscribers whose filter yields it.</summary>
    public async Task SendToAllAsync(string type, JsonObject node)
    {
        var alone = new FakeGraph();
        alone.Nodes.Add(node);
        foreach (
            var socket in _sockets
                .Where(pair => pair.Value.Length == 0 || FakeGremlin.Filter(alone, pair.Value)?.Count > 0)
                .Select(pair => pair.Key)
        )
        {
            await SendIfOpenAsync(socket, type, node);
        }
    }

    /// <summary>Sends all subscribers a message that changes nothing.</summary>
    public async Task SendUnrelatedMessageAsync()
    {
        foreach (var socket in _sockets.Keys)
        {
            await SendIfOpenAsync(socket, "EdgeAdded", new JsonObject { ["ID"] = "edge" });
        }
    }

    public void Drop()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Abort();
        }
    }

    private static async Task SendIfOpenAsync(FakeWebSocket socket, string type, JsonNode content)
    {
        try
        {
            await socket.SendAsync(type, content);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            // The subscriber has just left or was dropped. It gets all nodes when it connects again.
        }
    }

    private bool YieldsGraph(string filter)
    {
        try
        {
            return FakeGremlin.Filter(graph, filter) is not null;
        }
        catch (RefusedQueryException)
        {
            return false;
        }
    }

    private async Task<bool> AnswerAsync(FakeWebSocket socket, string filter)
    {
        Filters.Enqueue(filter);
        try
        {
            if (FakeGremlin.Filter(graph, filter) is not { } nodes)
            {
                return false;
            }

            // Go writes an empty list as null.
            await socket.SendAsync(
                "SyncReply",
                new JsonObject { ["Nodes"] = nodes.Count == 0 ? null : nodes, ["Edges"] = null }
            );
        }
        catch (RefusedQueryException e)
        {
            await socket.SendAsync("SyncReply", JsonValue.Create(e.Message), status: 400);
        }

        return true;
    }

    /// <summary>Simulates a fault of the network or the analyzer, as a subscriber sees it.</summary>
    public async Task FailAsync(FakeWebSocket subscriber, string fault)
    {
        switch (fault)
        {
            case "cut in the middle of a message":
                await subscriber.SendRawAsync(
                    """{"Namespace":"Graph","Type":"NodeUpdated","Obj":{"ID":"x",""",
                    isEnd: false
                );
                subscriber.Abort();
                break;
            case "not JSON":
                await subscriber.SendRawAsync("<html>");
                break;
            case "JSON that is not a message":
                await subscriber.SendRawAsync("""["Type"]""");
                break;
            case "an invalid socket":
                await subscriber.SendRawAsync(
                    """{"Type":"NodeUpdated","Obj":{"ID":"c","Host":"vm-2","Metadata":"""
                        + """{"Type":"host","Sockets":[{"LocalAddress":"nowhere"}]}}}"""
                );
                break;
            case "closed":
                Drop();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "no such fault");
        }
    }
}
