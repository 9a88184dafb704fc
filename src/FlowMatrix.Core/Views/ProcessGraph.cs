using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views;

/// <summary>
/// A matrix as a graph. A node is a program of a host, or an external address; an edge stands for all rows from one
/// client to one service. In a grouped matrix, nodes are the hosts, processes, services or networks of the groups.
/// Nodes and edges have a fixed order.
/// </summary>
internal sealed class ProcessGraph
{
    private readonly IdTables _ids;
    private readonly Dictionary<(int Host, int Process, int Program, int Address), GraphNode> _nodes = [];
    private readonly Dictionary<(GraphNode Client, GraphNode Service), GraphEdge> _edges = [];

    /// <param name="kind">How a row differs from an earlier matrix; null for a row that is left out.</param>
    private ProcessGraph(
        Matrix matrix,
        Func<int, IReadOnlyList<(Protocol Protocol, ushort Port)>> portsOf,
        Func<int, DiffKind?> kind
    )
    {
        _ids = matrix.IdTables;
        for (var i = 0; i < matrix.Rows.Length; i++)
        {
            ref readonly var row = ref matrix.Rows[i];
            if (kind(i) is not { } difference)
            {
                continue;
            }

            var ports = portsOf(i);
            foreach (var programs in matrix.Programs(i))
            {
                var service = Node(row.ServiceHost, row.ServiceProcess, programs.Service, row.ServiceAddress);
                var client = Node(row.ClientHost, row.ClientProcess, programs.Client, row.ClientAddress);
                if (!_edges.TryGetValue((client, service), out var edge))
                {
                    _edges[(client, service)] = edge = new GraphEdge(client, service);
                }

                edge.Ports.UnionWith(ports);
                edge.Add(row.Stats with { Connections = programs.Connections });
                edge.Differences.Add(difference);
                edge.Via.UnionWith(matrix.Via(i));
                service.Serves.UnionWith(ports);
            }
        }

        Nodes = [.. _nodes.Values.Order(Comparer<GraphNode>.Create(Compare))];
        for (var i = 0; i < Nodes.Count; i++)
        {
            Nodes[i].Number = i;
        }

        Edges = [.. _edges.Values.OrderBy(edge => edge.Client.Number).ThenBy(edge => edge.Service.Number)];
    }

    /// <summary>Sorted by host; nodes without a host are last.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    public IReadOnlyList<GraphEdge> Edges { get; }

    public static ProcessGraph From(Matrix matrix) => new(matrix, row => Port(matrix, row), _ => DiffKind.Same);

    public static ProcessGraph From(GroupedMatrix groups) =>
        new(groups.Matrix, row => groups.Counts[row].Ports, _ => DiffKind.Same);

    /// <summary>Creates the graph of the rows of both matrices. A row whose direction changed is shown once.</summary>
    /// <param name="onlyDifferences">Whether rows that are the same are left out.</param>
    public static ProcessGraph From(MatrixDiff diff, bool onlyDifferences) =>
        new(
            diff.Matrix,
            row => Port(diff.Matrix, row),
            row =>
                diff.Replaced.Contains(row) || (onlyDifferences && diff.RowKinds[row] == DiffKind.Same)
                    ? null
                    : diff.RowKinds[row]
        );

    private static IReadOnlyList<(Protocol Protocol, ushort Port)> Port(Matrix matrix, int row) =>
        [(matrix.Rows[row].Protocol, matrix.Rows[row].ServicePort)];

    private GraphNode Node(int host, int process, int program, int address)
    {
        var key = (host, process, program, host == 0 ? address : 0);
        if (!_nodes.TryGetValue(key, out var node))
        {
            _nodes[key] = node = new GraphNode(host, process, program, key.Item4);
        }

        return node;
    }

    private int Compare(GraphNode x, GraphNode y)
    {
        var external = (x.Host == 0).CompareTo(y.Host == 0);
        var host = external != 0 ? external : _ids.Hosts.Compare(x.Host, y.Host);
        var address =
            host != 0 || x.Address == 0 ? host : _ids.Addresses[x.Address].CompareTo(_ids.Addresses[y.Address]);
        var process = address != 0 ? address : _ids.Processes.Compare(x.Process, y.Process);
        return process != 0 ? process : x.Program.CompareTo(y.Program);
    }
}

/// <summary>A program of a host, or an external address. IDs are those of the matrix.</summary>
internal sealed class GraphNode(int host, int process, int program, int address)
{
    /// <summary>Host ID; 0 for an external address.</summary>
    public int Host => host;

    /// <summary>Process ID in the tables; 0 if it is not known.</summary>
    public int Process => process;

    /// <summary>Program of the process, numbered as in <see cref="ProgramPair"/>.</summary>
    public int Program => program;

    /// <summary>Address ID of an external address; 0 for a host.</summary>
    public int Address => address;

    /// <summary>Index in <see cref="ProcessGraph.Nodes"/>.</summary>
    public int Number { get; set; }

    /// <summary>The ports at which clients use it as a service.</summary>
    public SortedSet<(Protocol Protocol, ushort Port)> Serves { get; } = [];
}

/// <summary>All rows from one client to one service.</summary>
internal sealed class GraphEdge(GraphNode client, GraphNode service)
{
    private RowStats _stats;

    public GraphNode Client => client;

    public GraphNode Service => service;

    public SortedSet<(Protocol Protocol, ushort Port)> Ports { get; } = [];

    public RowStats Stats => _stats;

    public HashSet<int> Via { get; } = [];

    /// <summary>How its rows differ from an earlier matrix.</summary>
    public HashSet<DiffKind> Differences { get; } = [];

    public void Add(RowStats stats) => _stats.Add(stats);

    /// <summary>How the edge differs: changed, unless all its rows differ in the same way.</summary>
    public DiffKind DiffKind => Differences.Count == 1 ? Differences.First() : DiffKind.Changed;
}
