using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace FlowMatrix.Testing.Skydive;

/// <summary>
/// <c>/ws/publisher</c>: adds published elements to the graph. The publisher is not notified of refused elements; they
/// are only in <see cref="Log"/>. Source: docs/skydive-protocol.md, "Publisher".
/// </summary>
internal sealed class FakePublishers(FakeGraph graph, FakeAnalyzerSettings settings)
{
    private readonly ConcurrentDictionary<string, string> _connected = new();
    private readonly ConcurrentDictionary<FakeWebSocket, string> _sockets = new();
    private readonly Channel<string> _left = Channel.CreateUnbounded<string>();

    /// <summary>Refused elements, with the reason.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public ConcurrentQueue<JsonObject> Messages { get; } = new();

    /// <summary>Elements that the analyzer refuses for a reason of its own.</summary>
    public Func<JsonObject, bool> Refuses { get; set; } = _ => false;

    public async Task ServeAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        var (host, type) = (headers["X-Host-ID"].ToString(), headers["X-Client-Type"].ToString());
        using var socket = await FakeWebSocket.AcceptAsync(http, _connected, settings);
        if (socket is null)
        {
            return;
        }

        _sockets[socket] = host;
        try
        {
            while (await socket.ReceiveAsync() is { } message)
            {
                Messages.Enqueue(message);
                lock (graph.Lock)
                {
                    Take($"{type}.{host}", (string)message["Type"]!, message["Obj"]!.AsObject());
                }
            }
        }
        finally
        {
            if (headers["X-Persistence-Policy"] == "DeleteOnDisconnect")
            {
                lock (graph.Lock)
                {
                    RemoveAll($"{type}.{host}");
                }
            }

            _sockets.TryRemove(socket, out _);
            _connected.TryRemove(host, out _);
            _left.Writer.TryWrite(host);
        }
    }

    /// <summary>Waits until a publisher has disconnected and its transient elements are removed.</summary>
    /// <returns>The host id of the publisher.</returns>
    public async Task<string> WaitForDisconnectAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _left.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Breaks all connections.</summary>
    public void Drop()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Abort();
        }
    }

    private void Take(string origin, string type, JsonObject content)
    {
        switch (type)
        {
            case "Sync":
                RemoveAll(origin);
                Add(graph.Nodes, Elements(content, "Nodes").Where(node => HasOrigin(node, origin) && IsNode(node)));
                var nodes = graph.Nodes.Select(Id).ToHashSet();
                Add(
                    graph.Edges,
                    Elements(content, "Edges").Where(edge => HasOrigin(edge, origin) && IsEdge(edge, nodes))
                );
                break;
            case "NodeAdded" when IsNode(content):
                content["Origin"] = origin;
                Add(graph.Nodes, [content]);
                break;
            case "EdgeAdded" when IsEdge(content, [.. graph.Nodes.Select(Id)]):
                content["Origin"] = origin;
                Add(graph.Edges, [content]);
                break;
            default:
                Log.Enqueue($"{type}: not taken");
                break;
        }
    }

    private void Add(List<JsonObject> list, IEnumerable<JsonObject> elements)
    {
        var known = list.Select(Id).ToHashSet();
        foreach (var element in elements.ToList())
        {
            if (Refuses(element) || !known.Add(Id(element)))
            {
                Log.Enqueue($"{Id(element)}: refused");
            }
            else
            {
                list.Add(element.DeepClone().AsObject());
            }
        }
    }

    private void RemoveAll(string origin)
    {
        graph.Edges.RemoveAll(edge => (string?)edge["Origin"] == origin);
        var gone = graph.Nodes.Where(node => (string?)node["Origin"] == origin).Select(Id).ToHashSet();
        graph.Nodes.RemoveAll(node => gone.Contains(Id(node)));
        graph.Edges.RemoveAll(edge => gone.Contains((string)edge["Parent"]!) || gone.Contains((string)edge["Child"]!));
    }

    private bool HasOrigin(JsonObject element, string origin) =>
        (string?)element["Origin"] == origin || Refused(element, $"its origin is not {origin}");

    private bool IsNode(JsonObject node) =>
        (
            HasText(node, "ID")
            && HasText(node["Metadata"]?.AsObject(), "Name")
            && HasText(node["Metadata"]?.AsObject(), "Type")
        ) || Refused(node, "no ID, Name or Type");

    private bool IsEdge(JsonObject edge, HashSet<string> nodes) =>
        (
            HasText(edge, "ID")
            && HasText(edge["Metadata"]?.AsObject(), "RelationType")
            && nodes.Contains((string?)edge["Parent"] ?? "")
            && nodes.Contains((string?)edge["Child"] ?? "")
        ) || Refused(edge, "no ID, RelationType, or an end that doesn't exist");

    private bool Refused(JsonObject element, string why)
    {
        Log.Enqueue($"{element["ID"]}: {why}");
        return false;
    }

    private static bool HasText(JsonObject? element, string key) => !string.IsNullOrEmpty((string?)element?[key]);

    private static string Id(JsonObject element) => (string)element["ID"]!;

    private static IEnumerable<JsonObject> Elements(JsonObject content, string key) =>
        (content[key]?.AsArray() ?? []).Select(element => element!.AsObject());
}
