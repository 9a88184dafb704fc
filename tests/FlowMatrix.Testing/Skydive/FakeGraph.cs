using System.Globalization;
using System.Text.Json.Nodes;

namespace FlowMatrix.Testing.Skydive;

/// <summary>
/// The graph of a fake analyzer: nodes as a real one answers them, and the sockets of captured flows.
/// </summary>
internal sealed class FakeGraph
{
    public List<JsonObject> Nodes { get; } = [];

    public List<JsonObject> Edges { get; } = [];

    /// <summary>Protects the lists, which publishers and queries use from several threads.</summary>
    public Lock Lock { get; } = new();

    public JsonArray FlowSockets { get; init; } = [];

    /// <summary>The graph at any moment in the past; null for a backend without history.</summary>
    public FakeGraph? Past { get; set; }

    /// <summary>The graph at particular moments, by the time in the query.</summary>
    public Dictionary<string, FakeGraph> PastAt { get; } = [];

    public static FakeGraph Recorded()
    {
        var graph = new FakeGraph { FlowSockets = Array("flow-sockets.json") };
        foreach (var node in Array("hosts.json").Concat(Array("addresses.json")))
        {
            graph.Nodes.Add(node!.DeepClone().AsObject());
        }

        return graph;

        static JsonArray Array(string file) =>
            JsonNode.Parse(File.ReadAllText(Estates.Recorded.PathOf(file)))!.AsArray();
    }

    /// <summary>Hosts that each serve one port to some of the other hosts.</summary>
    public static FakeGraph Generated(int hosts, int connections = 3)
    {
        var graph = new FakeGraph();
        var sockets = Enumerable.Range(0, hosts).Select(_ => new JsonArray()).ToList();
        for (var server = 0; server < hosts; server++)
        {
            sockets[server].Add(Socket("0.0.0.0", 8000, "0.0.0.0", 0, "LISTEN", "server"));
            for (var i = 1; i <= connections; i++)
            {
                var client = (server + i) % hosts;
                var port = 40000 + (server * connections) + i;
                sockets[client].Add(Socket(Address(client), port, Address(server), 8000, "ESTABLISHED", "client"));
                sockets[server].Add(Socket(Address(server), 8000, Address(client), port, "ESTABLISHED", "server"));
            }
        }

        for (var host = 0; host < hosts; host++)
        {
            graph.AddHost($"host-{host:d4}", sockets[host]);
        }

        return graph;
    }

    public FakeGraph AddHost(string name, JsonArray? sockets)
    {
        Nodes.Add(Host(name, sockets));
        return this;
    }

    public static JsonObject Host(string name, JsonArray? sockets) =>
        new()
        {
            ["ID"] = Guid.NewGuid().ToString(),
            ["Metadata"] = new JsonObject
            {
                ["Name"] = name,
                ["Type"] = "host",
                ["Sockets"] = sockets,
            },
            ["Host"] = name,
        };

    public static JsonObject Socket(
        string local,
        int localPort,
        string remote,
        int remotePort,
        string state,
        string name
    ) =>
        new()
        {
            ["LocalAddress"] = local,
            ["LocalPort"] = localPort,
            ["Name"] = name,
            ["Pid"] = 7,
            ["Process"] = $"/usr/bin/{name}",
            ["Protocol"] = "TCP",
            ["RemoteAddress"] = remote,
            ["RemotePort"] = remotePort,
            ["State"] = state,
        };

    private static string Address(int host) =>
        string.Create(CultureInfo.InvariantCulture, $"10.1.{host / 250}.{1 + (host % 250)}");
}
