using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Live;

/// <summary>
/// Those rows of a changing estate that pass a user's filters, under the names that he gave. A row under a name of
/// several is there as long as one of them is. It adds its names to the estate's tables, which are swept with it.
/// </summary>
internal sealed class LiveView
{
    /// <summary>Hosts come and go; names of so many that went are not worth forgetting.</summary>
    private const int MostHostNames = 100_000;

    private readonly RowLedger _all;
    private readonly Naming _naming;
    private readonly Filter _filter;
    private Renaming? _names;
    private IReadOnlySet<string> _ofHosts = new HashSet<string>();
    private CompiledFilter? _tests;

    /// <summary>The new names of hosts; each is looked for once, not at every event.</summary>
    private readonly Dictionary<string, string> _hostNames = new(StringComparer.Ordinal);

    /// <param name="all">Followed from here on.</param>
    /// <param name="view">Its names and filters; chains and groups need all rows at once.</param>
    public LiveView(RowLedger all, View view)
    {
        (_all, _naming, _filter) = (all, view.Naming, view.Filter);
        IsAll = _naming.IsNone && _filter.Terms.Count == 0;
        Rows = IsAll ? all : new RowLedger(all.IdTables);
    }

    /// <summary>Whether nothing is left out and nothing is named.</summary>
    public bool IsAll { get; }

    public RowLedger Rows { get; }

    /// <summary>Follows what happened to all rows since the last call.</summary>
    /// <param name="hosts">Those that there are now: a network of the same name is theirs.</param>
    /// <returns>The shown rows that came or went by it, as they were before.</returns>
    public List<RowState> Follow(IEnumerable<string> hosts)
    {
        if (!IsAll)
        {
            var ofHosts = NetworksOf(hosts);
            if (_names is null)
            {
                Look(new Renaming(_naming, _all.IdTables, ofHosts));
                _ofHosts = ofHosts;
            }

            foreach (var (before, now) in _all.Touched)
            {
                Replace(Shown(before), Shown(now));
            }

            _all.TakeChanges();
            if (!_ofHosts.SetEquals(ofHosts))
            {
                LookAnew(ofHosts);
            }
        }

        return Rows.TakeChanges();
    }

    private IReadOnlySet<string> NetworksOf(IEnumerable<string> hosts)
    {
        if (_naming.Networks.Count == 0)
        {
            return _ofHosts;
        }

        if (_hostNames.Count > MostHostNames)
        {
            _hostNames.Clear();
        }

        return _naming.NetworksOf(
            hosts.Select(host =>
            {
                ref var named = ref CollectionsMarshal.GetValueRefOrAddDefault(_hostNames, host, out _);
                return named ??= _naming.Named(host);
            })
        );
    }

    /// <summary>What is external has changed, and with it which rows are shown.</summary>
    private void LookAnew(IReadOnlySet<string> ofHosts)
    {
        var before = _all.Reported.Select(row => (Row: row, Shown: Shown(row))).ToList();
        Look(new Renaming(_naming, _all.IdTables, ofHosts));
        _ofHosts = ofHosts;
        foreach (var (row, was) in before)
        {
            Replace(was, Shown(row));
        }
    }

    private void Replace(RowState? before, RowState? now)
    {
        if (before is { } was)
        {
            Rows.Remove(was);
        }

        if (now is { } shown)
        {
            Rows.Add(shown);
        }
    }

    /// <summary>What each condition of the filter leaves of all rows as they are now.</summary>
    public IReadOnlyList<ViewStep> Steps(ScanCounts counts)
    {
        if (_filter.Terms.Count == 0)
        {
            return [];
        }

        var (all, steps) = (_all.ToMatrix(counts), new List<ViewStep>());
        var names = _names ?? new Renaming(_naming, _all.IdTables);
        _filter.Apply(
            all with
            {
                Rows = [.. all.Rows.Select(names.Apply)],
                UnmatchedConnections = [],
                NetworkHosts = names.NetworkHosts,
            },
            steps
        );
        return steps;
    }

    public Matrix ToMatrix(ScanCounts counts) => Rows.ToMatrix(counts, _names?.NetworkHosts);

    /// <summary>Marks the numbers that its rows have beside those of all rows.</summary>
    public void MarkUsed(IdsInUse used)
    {
        if (!IsAll)
        {
            Rows.MarkUsed(used);
        }
    }

    /// <summary>To be called when ids may mean something else.</summary>
    public void LookAnew()
    {
        if (_names is not null)
        {
            Look(_names.WithEmptyCache());
        }
    }

    private void Look(Renaming names)
    {
        _names = names;
        _tests = new CompiledFilter(_filter, _all.IdTables, names.NetworkHosts);
    }

    private RowState? Shown(RowState state)
    {
        if (!state.Exists)
        {
            return null;
        }

        var row = _names!.Apply(state.Row);
        return _tests!.Passes(row, state.Via) ? state with { Row = row } : null;
    }
}
