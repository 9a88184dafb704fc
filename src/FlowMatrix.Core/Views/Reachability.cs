using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Finds rows on chains to or from a target. A chain continues through a program that is the service of one row and the
/// client of another. It ends at unknown programs and external addresses. Source: docs/matching.md, "Chains".
/// </summary>
internal sealed class Reachability
{
    /// <summary>The node of unknown programs and external addresses, where chains end.</summary>
    private const int UnknownNode = -1;

    private readonly Matrix _matrix;
    private readonly List<Link> _links = [];
    private readonly Dictionary<(int Host, int Process, int Program), int> _nodes = [];

    private Reachability(Matrix matrix)
    {
        _matrix = matrix;
        for (var row = 0; row < matrix.Rows.Length; row++)
        {
            ref readonly var ends = ref matrix.Rows[row];
            foreach (var programs in matrix.Programs(row))
            {
                _links.Add(
                    new Link(
                        row,
                        Node(ends.ServiceHost, ends.ServiceProcess, programs.Service),
                        Node(ends.ClientHost, ends.ClientProcess, programs.Client)
                    )
                );
            }
        }
    }

    /// <summary>Returns for each row whether it is on a chain to one of the targets.</summary>
    /// <param name="depth">The largest number of rows in a chain; null for no limit.</param>
    public static bool[] To(Matrix matrix, IReadOnlyList<Target> targets, int? depth)
    {
        var (graph, set) = (new Reachability(matrix), new TargetSet(targets, matrix.IdTables));
        var serving = graph.Rows(row => graph.ServiceTargets(set, row).Any());
        return graph.Follow(link => serving[link.Row], link => link.Client, link => link.Service, depth);
    }

    /// <summary>
    /// Returns for each row whether it is on a chain from one of the targets: from all programs of a host, or from
    /// the program that serves at the target's port.
    /// </summary>
    /// <param name="depth">The largest number of rows in a chain; null for no limit.</param>
    public static bool[] From(Matrix matrix, IReadOnlyList<Target> targets, int? depth)
    {
        var (graph, set) = (new Reachability(matrix), new TargetSet(targets, matrix.IdTables));
        var atPort = graph.Rows(row => graph.ServiceTargets(set, row).Any(target => target.Port is not null));
        var serving = graph._links.Where(link => atPort[link.Row]).Select(link => link.Service).ToHashSet();
        serving.Remove(UnknownNode);
        var calling = graph.Rows(row => graph.ClientTargets(set, row).Any(target => target.Port is null));
        return graph.Follow(
            link => serving.Contains(link.Client) || calling[link.Row],
            link => link.Service,
            link => link.Client,
            depth
        );
    }

    /// <summary>Follows links step by step: the end node of one link is the start node of the next.</summary>
    /// <param name="isFirst">Whether a chain starts with the link.</param>
    /// <param name="end">Returns the node at which the chain leaves a link.</param>
    /// <param name="start">Returns the node at which the chain enters a link.</param>
    /// <returns>For each row whether it is on a chain.</returns>
    private bool[] Follow(Func<Link, bool> isFirst, Func<Link, int> end, Func<Link, int> start, int? depth)
    {
        var byNode = _links.ToLookup(start);
        var visited = new HashSet<int> { UnknownNode };
        var found = _links.Where(isFirst).ToHashSet();
        var last = found.ToList();
        for (var step = 1; last.Count > 0 && step != depth; step++)
        {
            last = [.. last.Select(end).Where(visited.Add).SelectMany(node => byNode[node]).Where(found.Add)];
        }

        var rows = new bool[_matrix.Rows.Length];
        foreach (var link in found)
        {
            rows[link.Row] = true;
        }

        return rows;
    }

    private int Node(int host, int process, int program)
    {
        if (process == 0 || program < 0 || _matrix.IsExternal(host))
        {
            return UnknownNode;
        }

        if (!_nodes.TryGetValue((host, process, program), out var node))
        {
            _nodes[(host, process, program)] = node = _nodes.Count;
        }

        return node;
    }

    private bool[] Rows(Func<int, bool> which) => [.. Enumerable.Range(0, _matrix.Rows.Length).Select(which)];

    /// <summary>Returns the targets that the row's service matches.</summary>
    private IEnumerable<Target> ServiceTargets(TargetSet targets, int row)
    {
        var (host, address, port) = (
            _matrix.Rows[row].ServiceHost,
            _matrix.Rows[row].ServiceAddress,
            _matrix.Rows[row].ServicePort
        );
        return targets
            .Find(host, address)
            .Concat(_matrix.Via(row).SelectMany(targets.FindAddress))
            .Where(target => target.Port is null || target.Port == port);
    }

    /// <summary>Returns the targets that the row's client matches, whatever their ports.</summary>
    private IEnumerable<Target> ClientTargets(TargetSet targets, int row) =>
        targets.Find(_matrix.Rows[row].ClientHost, _matrix.Rows[row].ClientAddress);

    /// <summary>Connections of a row between two programs, given as nodes.</summary>
    private readonly record struct Link(int Row, int Service, int Client);
}
