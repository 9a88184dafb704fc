namespace FlowMatrix.Matrices;

/// <summary>
/// Tells a name that nothing has, a typing mistake for instance, from one that only has no traffic. Hosts are those that
/// report sockets or have rows, processes those that have rows.
/// </summary>
internal sealed class UnknownNames
{
    private readonly Matrix _matrix;
    private readonly Lazy<IReadOnlySet<string>> _hosts;
    private readonly Lazy<IReadOnlySet<string>> _processes;
    private readonly Lazy<IReadOnlySet<string>> _paths;

    public UnknownNames(Matrix matrix)
    {
        _matrix = matrix;
        var (hosts, processes) = (matrix.Vocabulary.Hosts, matrix.Vocabulary.Processes);
        _hosts = new(() => Distinct(row => (row.ServiceHost, row.ClientHost), host => hosts[host], matrix.Census.Hosts.Select(host => host.Name)));
        _processes = new(() => Distinct(row => (row.ServiceProcess, row.ClientProcess), processes.Name, []));
        _paths = new(() => Distinct(row => (row.ServiceProcess, row.ClientProcess), processes.Path, []));
    }

    /// <summary>A sentence for each pattern that the conditions ask for and that nothing matches.</summary>
    public IReadOnlyList<string> Of(FilterStage stage) =>
    [
        .. stage.Terms.Where(term => !term.Not).SelectMany(term => term.Globs.Select(glob => term.Field == FilterField.Host
            ? OfHosts(glob)
            : OfProcesses(glob))).OfType<string>(),
    ];

    public IReadOnlyList<string> Of(IReadOnlyList<Target> targets) =>
        [.. targets.Where(target => target.Address is null).Select(target => OfHosts(target.Host)).OfType<string>()];

    private string? OfHosts(Glob glob) => Missing("host", glob, _hosts.Value) is not { } missing ? null
        : _processes.Value.Contains(glob.Pattern) ? $"no host is called {glob.Pattern}; a process is: name its host, and its port for one service"
        : missing;

    private string? OfProcesses(Glob glob) =>
        glob.Pattern.Contains('/', StringComparison.Ordinal)
            ? Missing("process", glob, _paths.Value)
            : Missing("process", glob, _processes.Value);

    private string? Missing(string what, Glob glob, IReadOnlySet<string> known) =>
        _matrix.Rows.Length == 0 || known.Any(name => glob.Matches(name)) ? null
        : glob.Pattern.Contains('*', StringComparison.Ordinal) ? $"no {what} is called like {glob.Pattern}"
        : $"no {what} is called {glob.Pattern}{Suggestion.DidYouMean(glob.Pattern, known)}";

    private HashSet<string> Distinct(Func<Row, (int, int)> ends, Func<int, string> name, IEnumerable<string> more)
    {
        var numbers = new HashSet<int>();
        foreach (var row in _matrix.Rows)
        {
            var (service, client) = ends(row);
            numbers.Add(service);
            numbers.Add(client);
        }

        return numbers.Where(number => number != 0).Select(name).Concat(more).ToHashSet(StringComparer.Ordinal);
    }
}
