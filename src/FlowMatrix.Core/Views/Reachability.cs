using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Who depends on whom, directly or through others: rows that lie on a chain, where a program that serves one row and is
/// the client of another joins the two. A chain ends where a program isn't known, and at external peers: no guess.
/// </summary>
internal sealed class Reachability
{
    /// <summary>A process or program that isn't known, or an external peer: chains end there.</summary>
    private const int Nobody = -1;

    private readonly Matrix _matrix;
    private readonly List<Link> _links = [];
    private readonly Dictionary<(int Host, int Process, int Program), int> _nodes = [];

    private Reachability(Matrix matrix)
    {
        _matrix = matrix;
        for (var row = 0; row < matrix.Rows.Length; row++)
        {
            ref readonly var of = ref matrix.Rows[row];
            foreach (var programs in matrix.Programs(row))
            {
                _links.Add(
                    new Link(
                        row,
                        Node(of.ServiceHost, of.ServiceProcess, programs.Service),
                        Node(of.ClientHost, of.ClientProcess, programs.Client)
                    )
                );
            }
        }
    }

    /// <summary>The rows on chains to one of the targets.</summary>
    /// <param name="depth">How many rows a chain may have; null for any number.</param>
    public static bool[] To(Matrix matrix, IReadOnlyList<Target> targets, int? depth)
    {
        var (graph, set) = (new Reachability(matrix), new TargetSet(targets, matrix.IdTables));
        var serving = graph.Rows(row => graph.Served(set, row).Any());
        return graph.Follow(link => serving[link.Row], link => link.Client, link => link.Service, depth);
    }

    /// <summary>The rows on chains from one of the targets: from what runs on a host, or from what serves at its port.</summary>
    public static bool[] From(Matrix matrix, IReadOnlyList<Target> targets, int? depth)
    {
        var (graph, set) = (new Reachability(matrix), new TargetSet(targets, matrix.IdTables));
        var atPort = graph.Rows(row => graph.Served(set, row).Any(target => target.Port is not null));
        var serving = graph._links.Where(link => atPort[link.Row]).Select(link => link.Service).ToHashSet();
        serving.Remove(Nobody);
        var calling = graph.Rows(row => graph.Called(set, row).Any(target => target.Port is null));
        return graph.Follow(
            link => serving.Contains(link.Client) || calling[link.Row],
            link => link.Service,
            link => link.Client,
            depth
        );
    }

    /// <summary>From the links found to those that their one end is the other end of, a step at a time.</summary>
    /// <returns>For each row whether it was found.</returns>
    private bool[] Follow(Func<Link, bool> begin, Func<Link, int> leaveAt, Func<Link, int> arriveAt, int? depth)
    {
        var byNode = _links.ToLookup(arriveAt);
        var visited = new HashSet<int> { Nobody };
        var found = _links.Where(begin).ToHashSet();
        var last = found.ToList();
        for (var step = 1; last.Count > 0 && step != depth; step++)
        {
            last = [.. last.Select(leaveAt).Where(visited.Add).SelectMany(node => byNode[node]).Where(found.Add)];
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
            return Nobody;
        }

        if (!_nodes.TryGetValue((host, process, program), out var node))
        {
            _nodes[(host, process, program)] = node = _nodes.Count;
        }

        return node;
    }

    private bool[] Rows(Func<int, bool> which) => [.. Enumerable.Range(0, _matrix.Rows.Length).Select(which)];

    /// <summary>The targets that its service is.</summary>
    private IEnumerable<Target> Served(TargetSet targets, int row)
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

    /// <summary>The targets that its client is, whatever their ports.</summary>
    private IEnumerable<Target> Called(TargetSet targets, int row) =>
        targets.Find(_matrix.Rows[row].ClientHost, _matrix.Rows[row].ClientAddress);

    /// <summary>Connections of a row between two programs.</summary>
    private readonly record struct Link(int Row, int Service, int Client);
}
