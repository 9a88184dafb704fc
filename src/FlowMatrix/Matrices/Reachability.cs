namespace FlowMatrix.Matrices;

/// <summary>
/// Who depends on whom, directly or through others: rows that lie on a chain, where a process that serves one row and is
/// the client of another joins the two. A chain ends where a process isn't known, and at external peers: no guess.
/// </summary>
internal sealed class Reachability
{
    private readonly Matrix _matrix;
    private readonly int[] _serviceNodes;
    private readonly int[] _clientNodes;
    private readonly Dictionary<(int Host, int Process), int> _nodes = [];

    private Reachability(Matrix matrix)
    {
        _matrix = matrix;
        _serviceNodes = new int[matrix.Rows.Length];
        _clientNodes = new int[matrix.Rows.Length];
        for (var row = 0; row < matrix.Rows.Length; row++)
        {
            ref readonly var of = ref matrix.Rows[row];
            _serviceNodes[row] = Node(of.ServiceHost, of.ServiceProcess);
            _clientNodes[row] = Node(of.ClientHost, of.ClientProcess);
        }
    }

    /// <summary>The rows on chains to one of the targets.</summary>
    /// <param name="depth">How many rows a chain may have; null for any number.</param>
    public static bool[] To(Matrix matrix, IReadOnlyList<Target> targets, int? depth)
    {
        var (graph, set) = (new Reachability(matrix), new TargetSet(targets, matrix.Vocabulary));
        var begin = graph.Rows(row => graph.Served(set, row).Any());
        return graph.Follow(begin, graph._clientNodes, graph._serviceNodes, depth);
    }

    /// <summary>The rows on chains from one of the targets: from what runs on a host, or from what serves at its port.</summary>
    public static bool[] From(Matrix matrix, IReadOnlyList<Target> targets, int? depth)
    {
        var (graph, set) = (new Reachability(matrix), new TargetSet(targets, matrix.Vocabulary));
        var serving = graph.Rows(row => graph.Served(set, row).Any(target => target.Port is not null))
            .Select(row => graph._serviceNodes[row]).ToHashSet();
        serving.Remove(-1);
        var begin = graph.Rows(row =>
            serving.Contains(graph._clientNodes[row]) || graph.Called(set, row).Any(target => target.Port is null));
        return graph.Follow(begin, graph._serviceNodes, graph._clientNodes, depth);
    }

    /// <summary>From the rows found to those that their one end is the other end of, a step at a time.</summary>
    private bool[] Follow(List<int> begin, int[] leaveAt, int[] arriveAt, int? depth)
    {
        var byNode = Enumerable.Range(0, arriveAt.Length).ToLookup(row => arriveAt[row]);
        var found = new bool[_matrix.Rows.Length];
        var visited = new HashSet<int> { -1 };
        begin.ForEach(row => found[row] = true);
        for (var step = 1; begin.Count > 0 && step != depth; step++)
        {
            var next = new List<int>();
            foreach (var row in begin)
            {
                if (visited.Add(leaveAt[row]))
                {
                    next.AddRange(byNode[leaveAt[row]].Where(other => !found[other]));
                }
            }

            next.ForEach(row => found[row] = true);
            begin = next;
        }

        return found;
    }

    private int Node(int host, int process)
    {
        if (process == 0 || _matrix.IsExternal(host))
        {
            return -1;
        }

        if (!_nodes.TryGetValue((host, process), out var node))
        {
            _nodes[(host, process)] = node = _nodes.Count;
        }

        return node;
    }

    private List<int> Rows(Func<int, bool> which) => [.. Enumerable.Range(0, _matrix.Rows.Length).Where(which)];

    /// <summary>The targets that its service is.</summary>
    private IEnumerable<Target> Served(TargetSet targets, int row)
    {
        var (host, address, port) = (_matrix.Rows[row].ServiceHost, _matrix.Rows[row].ServiceAddress, _matrix.Rows[row].ServicePort);
        return targets.Of(host, address).Concat(_matrix.Via(row).SelectMany(targets.OfAddress))
            .Where(target => target.Port is null || target.Port == port);
    }

    /// <summary>The targets that its client is, whatever their ports.</summary>
    private IEnumerable<Target> Called(TargetSet targets, int row) =>
        targets.Of(_matrix.Rows[row].ClientHost, _matrix.Rows[row].ClientAddress);
}
