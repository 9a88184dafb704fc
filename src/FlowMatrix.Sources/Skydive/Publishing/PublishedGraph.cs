using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Sources.Skydive.Publishing;

/// <summary>
/// A matrix as elements of Skydive's graph: a node for each process, owned by its host's node, and an edge from client
/// to server for each port. An ID is a hash of the publisher and of what identifies the element, so it is the same in
/// every run. Types and relations are those of Skydive's FlowMatrix workflow (docs/skydive-protocol.md, "Publisher").
/// </summary>
internal sealed class PublishedGraph
{
    private readonly string _publisher;
    private readonly IReadOnlyDictionary<string, string> _knownHosts;
    private readonly Dictionary<string, PublishedNode> _nodes = [];
    private readonly Dictionary<string, PublishedEdge> _edges = [];

    /// <param name="publisher">The name that it is published under.</param>
    /// <param name="knownHosts">
    /// The IDs of the hosts' nodes that the analyzer has from its agents, by host name.
    /// </param>
    public PublishedGraph(Matrix matrix, string publisher, IReadOnlyDictionary<string, string> knownHosts)
    {
        (_publisher, _knownHosts) = (publisher, knownHosts);
        var ids = matrix.IdTables;
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            var server = Node(ids, row.ServiceHost, row.ServiceProcess, row.ServiceAddress);
            var client = Node(ids, row.ClientHost, row.ClientProcess, row.ClientAddress);
            server.Serves = true;
            server.Ports.Add(row.ServicePort);
            var protocol = row.Protocol.Name();
            var port = row.ServicePort.ToString(CultureInfo.InvariantCulture);
            var id = Id("connection", client.Id, server.Id, protocol, port);
            if (!_edges.TryGetValue(id, out var edge))
            {
                _edges[id] = edge = new PublishedEdge(id, client.Id, server.Id, client.Host, PublishedEdge.Connection)
                {
                    Protocol = protocol,
                    Port = row.ServicePort,
                };
            }

            edge.Connections += row.Connections;
        }
    }

    public IReadOnlyCollection<PublishedNode> Nodes => _nodes.Values;

    public IReadOnlyCollection<PublishedEdge> Edges => _edges.Values;

    /// <summary>The names of all hosts in a matrix, in order.</summary>
    public static IReadOnlyList<string> HostsOf(Matrix matrix) =>
        [
            .. matrix
                .Rows.SelectMany(row => (int[])[row.ServiceHost, row.ClientHost])
                .Where(host => host != 0)
                .Distinct()
                .Select(host => matrix.IdTables.Hosts[host])
                .Order(StringComparer.Ordinal),
        ];

    private PublishedNode Node(IdTables ids, int host, int process, int address)
    {
        var (path, name) = (ids.Processes.Path(process), ids.Processes.Name(process));
        var hostName = ids.Hosts[host];
        var peer = host == 0 ? ids.Addresses.Text(address) : "";
        var id = Id("process", hostName, path, name, peer);
        if (_nodes.TryGetValue(id, out var node))
        {
            return node;
        }

        var isPeer = host == 0 && process == 0;
        _nodes[id] = node = new PublishedNode(id, hostName, isPeer ? "external" : "process")
        {
            Name = isPeer ? peer : ProcessLabel.Get(name, path),
            Process = path,
            Address = peer,
        };
        if (host != 0)
        {
            var edge = Id("ownership", id);
            _edges[edge] = new PublishedEdge(edge, HostNode(hostName), id, hostName, PublishedEdge.Ownership);
        }

        return node;
    }

    private string HostNode(string name)
    {
        if (_knownHosts.TryGetValue(name, out var known))
        {
            return known;
        }

        var id = Id("host", name);
        _nodes.TryAdd(id, new PublishedNode(id, name, "host") { Name = name });
        return id;
    }

    /// <summary>
    /// A UUID from a hash of the parts. Each is preceded by its length, so that different lists of parts
    /// differ when they are joined.
    /// </summary>
    private string Id(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_publisher.Length}:{_publisher}");
        foreach (var part in parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part}");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }
}

/// <summary>A node to publish: a process, an external address, or a host that the analyzer does not know.</summary>
internal sealed record PublishedNode(string Id, string Host, string Type)
{
    public required string Name { get; init; }

    public string Process { get; init; } = "";

    /// <summary>The address if the host is unknown; else empty.</summary>
    public string Address { get; init; } = "";

    public bool Serves { get; set; }

    /// <summary>The ports that it serves.</summary>
    public SortedSet<ushort> Ports { get; } = [];
}

/// <summary>An edge to publish: from a host to its process, or from a client to its server.</summary>
internal sealed record PublishedEdge(string Id, string Parent, string Child, string Host, string RelationType)
{
    public const string Ownership = "ownership";
    public const string Connection = "connection";

    public string Protocol { get; init; } = "";

    public ushort Port { get; init; }

    public int Connections { get; set; }
}
