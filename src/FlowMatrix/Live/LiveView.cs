using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Live;

/// <summary>
/// The rows of a live estate after names and filters. Rows that get the same names are one row, which exists as long as
/// any of them does. It adds its names to the estate's tables, which are swept with it.
/// </summary>
internal sealed class LiveView
{
    /// <summary>The cache of host names is cleared above this size, since removed hosts stay in it.</summary>
    private const int MaxHostNames = 100_000;

    private readonly RowLedger _all;
    private readonly Naming _naming;
    private readonly Filter _filter;
    private Renaming? _names;
    private IReadOnlySet<string> _hostNetworks = new HashSet<string>();
    private CompiledFilter? _compiled;

    /// <summary>A cache of the names that hosts are given.</summary>
    private readonly Dictionary<string, string> _hostNames = new(StringComparer.Ordinal);

    /// <param name="all">All rows. Their changes are applied by <see cref="Update"/>.</param>
    /// <param name="view">
    /// Its names and filters are used. Chains and groups are not: they need all rows at once.
    /// </param>
    public LiveView(RowLedger all, View view)
    {
        (_all, _naming, _filter) = (all, view.Naming, view.Filter);
        IsAll = _naming.IsNone && _filter.Terms.Count == 0;
        Rows = IsAll ? all : new RowLedger(all.IdTables);
    }

    /// <summary>Whether there are no names and no filters.</summary>
    public bool IsAll { get; }

    public RowLedger Rows { get; }

    /// <summary>Applies the changes of all rows since the last call.</summary>
    /// <param name="hosts">
    /// The current hosts. A network with the name of a host belongs to it and is not external.
    /// </param>
    /// <returns>The shown rows that were added or removed, in their previous state.</returns>
    public List<RowState> Update(IEnumerable<string> hosts)
    {
        if (!IsAll)
        {
            var hostNetworks = NetworksOf(hosts);
            if (_names is null)
            {
                Compile(new Renaming(_naming, _all.IdTables, hostNetworks));
                _hostNetworks = hostNetworks;
            }

            foreach (var (before, now) in _all.Touched)
            {
                Replace(ToShown(before), ToShown(now));
            }

            _all.TakeChanges();
            if (!_hostNetworks.SetEquals(hostNetworks))
            {
                Recompute(hostNetworks);
            }
        }

        return Rows.TakeChanges();
    }

    private IReadOnlySet<string> NetworksOf(IEnumerable<string> hosts)
    {
        if (_naming.Networks.Count == 0)
        {
            return _hostNetworks;
        }

        if (_hostNames.Count > MaxHostNames)
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

    /// <summary>Recomputes all rows after the set of external addresses has changed.</summary>
    private void Recompute(IReadOnlySet<string> hostNetworks)
    {
        var before = _all.Reported.Select(row => (Row: row, Shown: ToShown(row))).ToList();
        Compile(new Renaming(_naming, _all.IdTables, hostNetworks));
        _hostNetworks = hostNetworks;
        foreach (var (row, was) in before)
        {
            Replace(was, ToShown(row));
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

    /// <summary>The number of current rows that each condition of the filter leaves.</summary>
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

    /// <summary>Marks the IDs of the shown rows as used, if they are not those of all rows.</summary>
    public void MarkUsed(IdsInUse used)
    {
        if (!IsAll)
        {
            Rows.MarkUsed(used);
        }
    }

    /// <summary>Clears what was computed from IDs. To be called after IDs were freed and may be used again.</summary>
    public void ClearCaches()
    {
        if (_names is not null)
        {
            Compile(_names.WithEmptyCache());
        }
    }

    private void Compile(Renaming names)
    {
        _names = names;
        _compiled = new CompiledFilter(_filter, _all.IdTables, names.NetworkHosts);
    }

    private RowState? ToShown(RowState state)
    {
        if (!state.Exists)
        {
            return null;
        }

        var row = _names!.Apply(state.Row);
        return _compiled!.Passes(row, state.Via) ? state with { Row = row } : null;
    }
}
