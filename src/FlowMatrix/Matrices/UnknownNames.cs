using System.Globalization;
using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>
/// Tells a name that nothing has, a typing mistake for instance, from one that only has no traffic. Hosts are those that
/// report sockets or have rows, processes those that have rows.
/// </summary>
internal sealed class UnknownNames
{
    private readonly Matrix _matrix;
    private readonly Lazy<IReadOnlySet<string>> _hosts;
    private readonly Lazy<IReadOnlySet<string>> _names;
    private readonly Lazy<IReadOnlySet<string>> _paths;

    public UnknownNames(Matrix matrix)
    {
        _matrix = matrix;
        var (hosts, processes) = (matrix.Vocabulary.Hosts, matrix.Vocabulary.Processes);
        _hosts = new(() => Distinct(row => (row.ServiceHost, row.ClientHost), host => hosts[host], matrix.Census.Hosts.Select(host => host.Name)));
        _names = new(() => Distinct(row => (row.ServiceProcess, row.ClientProcess), processes.Name, []));
        _paths = new(() => Distinct(row => (row.ServiceProcess, row.ClientProcess), processes.Path, []));
    }

    /// <summary>A sentence for each pattern that the conditions ask for and that nothing matches.</summary>
    public IReadOnlyList<string> Of(FilterStage stage) =>
    [
        .. stage.Terms.Where(term => !term.Not).SelectMany(term => term.Globs.Select(glob => term.Field == FilterField.Host
            ? OfHosts(glob, called => OtherFilter(term.Name, glob, called))
            : OfProcesses(glob))).OfType<string>(),
    ];

    /// <param name="option">By which they were given, without dashes.</param>
    public IReadOnlyList<string> Of(IReadOnlyList<Target> targets, string option) =>
    [
        .. targets.Where(target => target.Address is null)
            .Select(target => OfHosts(target.Host, called => called is null ? null : OtherTarget(option, called)))
            .OfType<string>(),
    ];

    /// <param name="instead">What to say where there is something else to that name; is given the process, or null where there is none.</param>
    private string? OfHosts(Glob glob, Func<string?, string?> instead) =>
        Missing("host", glob, _hosts.Value) is { } missing ? instead(Process(glob)) ?? missing : null;

    private string? OfProcesses(Glob glob) => Missing(
        "process",
        glob,
        glob.Pattern.Contains('/', StringComparison.Ordinal) ? _names.Value.Union(_paths.Value) : _names.Value);

    private string? Process(Glob glob) => glob.IsPattern ? null
        : _names.Value.Where(name => glob.Matches(name)).Order(StringComparer.Ordinal).FirstOrDefault();

    private static string? OtherFilter(string option, Glob glob, string? process) =>
        process is not null ? $"{process} is a process: --{option.Replace("host", "process", StringComparison.Ordinal)} {process}"
        : IpNetwork.TryParse(glob.Pattern, out _, out _)
            ? $"{glob.Pattern} is an address: --{option.Replace("host", "address", StringComparison.Ordinal)} {glob.Pattern}"
        : null;

    private string OtherTarget(string option, string process)
    {
        const int MostPlaces = 3;
        var (hosts, processes) = (_matrix.Vocabulary.Hosts, _matrix.Vocabulary.Processes);
        string[] places =
        [
            .. _matrix.Rows.Where(row => row.ServiceHost != 0 && processes.Name(row.ServiceProcess) == process)
                .Select(row => (row.ServiceHost, row.ServicePort))
                .Distinct()
                .Select(place => string.Create(CultureInfo.InvariantCulture, $"{hosts[place.ServiceHost]}:{place.ServicePort}")),
        ];
        if (places.Length == 0)
        {
            return $"{process} is a process, and it serves nothing: --from-process {process} shows what it uses";
        }

        var more = places.Length > MostPlaces
            ? string.Create(CultureInfo.InvariantCulture, $" and {places.Length - MostPlaces:N0} more")
            : "";
        return $"{process} is a process: it serves at {string.Join(", ", places.Take(MostPlaces))}{more} (--{option} {places[0]})";
    }

    private string? Missing(string what, Glob glob, IEnumerable<string> known) =>
        _matrix.Rows.Length == 0 || known.Any(name => glob.Matches(name)) ? null
        : glob.IsPattern ? $"no {what} is called like {glob.Pattern}"
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
