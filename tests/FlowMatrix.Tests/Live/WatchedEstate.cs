using System.Text.Json.Nodes;
using FlowMatrix.Tests.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>A web server on vm-1, and vm-2, whose processes may be its clients.</summary>
internal static class WatchedEstate
{
    public static ToolRun Watch(FakeAnalyzer analyzer, params string[] more) =>
        ToolRun.Start(["watch", "-v", "-a", analyzer.Address.ToString(), .. more]);

    public static FakeGraph Estate()
    {
        var graph = new FakeGraph().AddHost("vm-1", [FakeGraph.Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx")]);
        graph.Nodes.Add(Client(1));
        return graph;
    }

    /// <summary>The host vm-2, with a connection to nginx of each of these processes.</summary>
    public static JsonObject Client(int revision, params string[] names) => new()
    {
        ["ID"] = "c",
        ["Revision"] = revision,
        ["CreatedAt"] = 1,
        ["Metadata"] = new JsonObject
        {
            ["Name"] = "vm-2",
            ["Type"] = "host",
            ["Sockets"] = new JsonArray([.. names.Select((name, i) =>
                FakeGraph.Socket("10.0.0.2", 40000 + i, "10.0.0.1", 80, "ESTABLISHED", name))]),
        },
        ["Host"] = "vm-2",
    };

    public static void Replace(FakeGraph graph, JsonObject client)
    {
        lock (graph.Lock)
        {
            graph.Nodes[1] = client;
        }
    }
}
