using System.Text.Json.Nodes;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Testing.Estates;

/// <summary>An estate of two hosts: nginx on vm-1, and on vm-2 the clients of nginx that a test needs.</summary>
internal static class ClientsOfNginx
{
    public static FakeGraph Graph(params string[] clients)
    {
        var graph = new FakeGraph();
        graph.Nodes.AddRange([Server(), Host(1, clients)]);
        return graph;
    }

    public static void Set(FakeGraph graph, JsonObject host)
    {
        lock (graph.Lock)
        {
            graph.Nodes[1] = host;
        }
    }

    /// <summary>Returns host vm-2, on which each of these processes has a connection to nginx.</summary>
    public static JsonObject Host(int revision, params string[] clients) =>
        Node(
            "vm-2",
            revision,
            [
                .. clients.Select(
                    (name, i) => FakeGraph.Socket("10.0.0.2", 40000 + i, "10.0.0.1", 80, "ESTABLISHED", name)
                ),
            ]
        );

    /// <summary>The first event of a subscriber.</summary>
    public static SubscriberEvent Reply(int revision, params string[] clients) =>
        new(Message(MessageKind.Reply, Server(), Host(revision, clients)), new SocketTable());

    public static SubscriberEvent Update(int revision, params string[] clients) =>
        new(Message(MessageKind.Updated, Host(revision, clients)), null);

    private static JsonObject Server() =>
        Node("vm-1", 1, [FakeGraph.Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx")]);

    private static JsonObject Node(string name, int revision, JsonArray sockets) =>
        new()
        {
            ["ID"] = name,
            ["Revision"] = revision,
            ["CreatedAt"] = 1,
            ["Metadata"] = new JsonObject
            {
                ["Name"] = name,
                ["Type"] = "host",
                ["Sockets"] = sockets,
            },
            ["Host"] = name,
        };

    private static SubscriberMessage Message(MessageKind kind, params JsonObject[] nodes)
    {
        var table = new SocketTable();
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(new JsonArray([.. nodes]).ToJsonString()));
        new AnswerReader(table, FailureKind.Analyzer, "test").Read(json, CancellationToken.None);
        return new SubscriberMessage(
            kind,
            [
                .. nodes.Select(node => new NodeVersion(
                    (string)node["ID"]!,
                    (string)node["Host"]!,
                    (int)node["Revision"]!,
                    1
                )),
            ],
            table
        );
    }
}
