using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Explains names and patterns that match no known host or process, for example because of a typing mistake. Hosts are
/// known if they report sockets or have rows, processes if they have rows.
/// </summary>
internal sealed class UnmatchedPatternHints
{
    /// <summary>More sentences would not be read.</summary>
    private const int MaxSentences = 20;

    private readonly Matrix _matrix;
    private readonly Lazy<IReadOnlySet<string>> _hosts;
    private readonly Lazy<IReadOnlySet<string>> _names;
    private readonly Lazy<IReadOnlySet<string>> _paths;

    public UnmatchedPatternHints(Matrix matrix)
    {
        _matrix = matrix;
        var (hosts, processes) = (matrix.IdTables.Hosts, matrix.IdTables.Processes);
        _hosts = new(() =>
            Distinct(
                row => (row.ServiceHost, row.ClientHost),
                host => hosts[host],
                matrix.ScanCounts.Hosts.Select(host => host.Name)
            )
        );
        _names = new(() => Distinct(row => (row.ServiceProcess, row.ClientProcess), processes.Name, []));
        _paths = new(() => Distinct(row => (row.ServiceProcess, row.ClientProcess), processes.Path, []));
    }

    /// <summary>Returns a sentence for each pattern of the conditions that matches nothing, up to a limit.</summary>
    public IReadOnlyList<string> Find(FilterStage stage)
    {
        var wanted = stage
            .Terms.Where(term => !term.Not)
            .SelectMany(term => term.Globs.Select(glob => (term, glob)))
            .ToList();
        var isOfHosts = stage.Terms[0].Field == FilterField.Host;
        return Sentences(
            Missing(wanted, asked => asked.glob, isOfHosts),
            asked =>
                isOfHosts
                    ? OtherFilter(asked.term.Name, asked.glob, Process(asked.glob))
                        ?? NoMatch("host", asked.glob, _hosts.Value)
                    : NoMatch("process", asked.glob, Processes(asked.glob)),
            isOfHosts ? "host" : "process"
        );
    }

    /// <summary>Returns a sentence for each target that matches nothing, up to a limit.</summary>
    /// <param name="option">The option of the targets, without dashes.</param>
    public IReadOnlyList<string> Find(IReadOnlyList<Target> targets, string option) =>
        Sentences(
            Missing([.. targets.Where(target => target.Address is null)], target => target.Host, ofHosts: true),
            target =>
                Process(target.Host) is { } process
                    ? OtherTarget(option, process)
                    : NoMatch("host", target.Host, _hosts.Value),
            "host"
        );

    /// <summary>Returns the items whose pattern matches nothing.</summary>
    private List<T> Missing<T>(List<T> all, Func<T, Glob> globOf, bool ofHosts)
    {
        if (_matrix.Rows.Length == 0 || all.Count == 0)
        {
            return [];
        }

        var globs = new GlobSet();
        var numbers = all.Select(one => globs.Add(globOf(one))).ToList();
        var found = new bool[globs.Globs.Count];
        foreach (var name in ofHosts ? _hosts.Value : _names.Value)
        {
            foreach (var number in globs.Matching(name))
            {
                found[number] = true;
            }
        }

        foreach (var path in !ofHosts && globs.Globs.Any(glob => glob.IsOfPaths) ? _paths.Value : new HashSet<string>())
        {
            foreach (var number in globs.Matching(path))
            {
                found[number] |= globs.Globs[number].IsOfPaths;
            }
        }

        return [.. all.Where((_, i) => !found[numbers[i]])];
    }

    private static List<string> Sentences<T>(List<T> missing, Func<T, string> sentence, string what)
    {
        List<string> sentences = [.. missing.Take(MaxSentences).Select(sentence)];
        if (missing.Count > MaxSentences)
        {
            sentences.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{missing.Count - MaxSentences:N0} more names and patterns match no {what}"
                )
            );
        }

        return sentences;
    }

    private IEnumerable<string> Processes(Glob glob) =>
        glob.IsOfPaths ? _names.Value.Union(_paths.Value) : _names.Value;

    private string? Process(Glob glob) =>
        glob.IsPattern
            ? null
            : _names.Value.Where(name => glob.Matches(name)).Order(StringComparer.Ordinal).FirstOrDefault();

    private static string? OtherFilter(string option, Glob glob, string? process) =>
        process is not null
            ? $"{process} is a process: --{option.Replace("host", "process", StringComparison.Ordinal)} {process}"
        : IpNetwork.TryParse(glob.Pattern, out _, out _)
            ? $"{glob.Pattern} is an address: "
                + $"--{option.Replace("host", "address", StringComparison.Ordinal)} {glob.Pattern}"
        : null;

    private string OtherTarget(string option, string process)
    {
        const int MaxPlaces = 3;
        var (hosts, processes) = (_matrix.IdTables.Hosts, _matrix.IdTables.Processes);
        string[] places =
        [
            .. _matrix
                .Rows.Where(row => row.ServiceHost != 0 && processes.Name(row.ServiceProcess) == process)
                .Select(row => (row.ServiceHost, row.ServicePort))
                .Distinct()
                .Select(place =>
                    string.Create(CultureInfo.InvariantCulture, $"{hosts[place.ServiceHost]}:{place.ServicePort}")
                ),
        ];
        if (places.Length == 0)
        {
            return $"{process} is a process without clients: --from-process {process} shows what it uses";
        }

        var more =
            places.Length > MaxPlaces
                ? string.Create(CultureInfo.InvariantCulture, $" and {places.Length - MaxPlaces:N0} more")
                : "";
        return $"{process} is a process: it serves at {string.Join(", ", places.Take(MaxPlaces))}{more}"
            + $" (--{option} {places[0]})";
    }

    private static string NoMatch(string what, Glob glob, IEnumerable<string> known) =>
        glob.IsPattern
            ? $"no {what} matches {glob.Pattern}"
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
