using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views;

/// <summary>
/// A matrix as a graph: a node is a program of a host, or an address that is nobody's; an edge joins all rows from one
/// client to one service. Where a matrix is grouped, a node is what its rows are about. Nodes and edges come in a fixed order.
/// </summary>
internal sealed class ProcessGraph
{
    private readonly IdTables _ids;
    private readonly Dictionary<(int Host, int Process, int Program, int Address), GraphNode> _nodes = [];
    private readonly Dictionary<(GraphNode Client, GraphNode Service), GraphEdge> _edges = [];

    /// <param name="kind">What became of a row; null for a row that is left out.</param>
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
            if (kind(i) is not { } became)
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
                edge.Differences.Add(became);
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

    /// <summary>Grouped by host, those without a host last.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    public IReadOnlyList<GraphEdge> Edges { get; }

    public static ProcessGraph From(Matrix matrix) => new(matrix, row => Port(matrix, row), _ => DiffKind.Same);

    public static ProcessGraph From(GroupedMatrix groups) =>
        new(groups.Matrix, row => groups.Counts[row].Ports, _ => DiffKind.Same);

    /// <summary>The rows of both matrices, but for those that others replaced.</summary>
    /// <param name="onlyDifferences">Without the rows that are the same.</param>
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

internal sealed class GraphNode(int host, int process, int program, int address)
{
    /// <summary>0 for an external peer.</summary>
    public int Host => host;

    /// <summary>0 where it isn't known.</summary>
    public int Process => process;

    /// <summary>Which of the process's programs, as in <see cref="ProgramPair"/>.</summary>
    public int Program => program;

    /// <summary>An external peer's; else 0.</summary>
    public int Address => address;

    /// <summary>From 0, in the order of the nodes.</summary>
    public int Number { get; set; }

    /// <summary>The ports on which it is talked to.</summary>
    public SortedSet<(Protocol Protocol, ushort Port)> Serves { get; } = [];
}

internal sealed class GraphEdge(GraphNode client, GraphNode service)
{
    private RowStats _stats;

    public GraphNode Client => client;

    public GraphNode Service => service;

    public SortedSet<(Protocol Protocol, ushort Port)> Ports { get; } = [];

    public RowStats Stats => _stats;

    public HashSet<int> Via { get; } = [];

    /// <summary>What became of its rows.</summary>
    public HashSet<DiffKind> Differences { get; } = [];

    public void Add(RowStats stats) => _stats.Add(stats);

    /// <summary>What became of it as a whole: it is changed unless the same became of all its rows.</summary>
    public DiffKind DiffKind => Differences.Count == 1 ? Differences.First() : DiffKind.Changed;
}
