using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Recordings;

/// <summary>The changes of one row between two scans.</summary>
internal struct RowDelta
{
    /// <summary>The row with the largest number of connections at once and the flags of all of them.</summary>
    public Row Row;

    /// <summary>The addresses other than the service's own that clients used; null if there are none.</summary>
    public HashSet<int>? Via;

    /// <summary>When the row appeared; null if it existed at the first scan.</summary>
    public DateTimeOffset? Appeared;

    /// <summary>When the row ended, if it does not exist at the second scan.</summary>
    public DateTimeOffset Ended;

    /// <summary>Whether the row exists at the second scan.</summary>
    public bool Exists;

    public void Add(in Row row, IEnumerable<int> via)
    {
        Row.Key = row.Key;
        Row.Stats.AddLater(row.Stats);
        foreach (var address in via)
        {
            (Via ??= []).Add(address);
        }
    }
}

/// <summary>
/// The rows that appeared, ended or changed between two scans. All other rows stayed the same. It has its own ID
/// tables, so that it can be passed to another thread.
/// </summary>
internal sealed class ScanDelta
{
    private readonly Dictionary<RowKey, RowDelta> _rows = [];
    private readonly CompiledFilter _filter;
    private IdTables? _from;
    private IdMap? _idMap;

    /// <param name="filter">Rows that do not pass count as not existing.</param>
    public ScanDelta(Filter filter) => _filter = new CompiledFilter(filter, IdTables, new HashSet<int>());

    public IdTables IdTables { get; } = new();

    public IReadOnlyCollection<RowDelta> Rows => _rows.Values;

    /// <summary>Adds the rows that changed since the changes of the ledger were last taken.</summary>
    /// <param name="now">The time at which new rows appeared.</param>
    /// <param name="ended">The time at which missing rows ended.</param>
    public void Add(RowLedger rows, DateTimeOffset now, DateTimeOffset ended)
    {
        if (_from != rows.IdTables)
        {
            (_from, _idMap) = (rows.IdTables, new IdMap(rows.IdTables, IdTables));
        }

        foreach (var (before, after) in rows.Touched)
        {
            if (!IsSame(before, after))
            {
                Add(Filtered(before), Filtered(after), now, ended);
            }
        }
    }

    private void Add(RowState? before, RowState? after, DateTimeOffset now, DateTimeOffset ended)
    {
        if ((after ?? before) is not { } state)
        {
            return;
        }

        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, state.Row.Key, out var isKnown);
        if (!isKnown)
        {
            seen.Appeared = before is null ? now : null;
        }

        foreach (var one in (ReadOnlySpan<RowState?>)[before, after])
        {
            if (one is { } shown)
            {
                seen.Add(shown.Row, shown.Via);
            }
        }

        seen.Exists = after is not null;
        seen.Ended = ended;
    }

    private RowState? Filtered(RowState state)
    {
        if (!state.Exists)
        {
            return null;
        }

        var mapped = state.MapIds(_idMap!);
        return _filter.Passes(mapped.Row, mapped.Via) ? mapped : null;
    }

    private static bool IsSame(RowState before, RowState after) =>
        before.Row.Stats == after.Row.Stats && before.Via.AsSpan().SequenceEqual(after.Via);
}
