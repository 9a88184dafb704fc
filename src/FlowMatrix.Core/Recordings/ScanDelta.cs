using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Recordings;

/// <summary>What was seen of a row between two scans.</summary>
internal struct RowDelta
{
    /// <summary>The most connections that it had at once, with all kinds of match and direction.</summary>
    public Row Row;

    public HashSet<int>? Via;

    /// <summary>When it came; null where it was there already.</summary>
    public DateTimeOffset? Came;

    /// <summary>When it went, where it isn't there any more.</summary>
    public DateTimeOffset Went;

    public bool IsThere;

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
/// The rows that came, went or changed between two scans; those that aren't here stayed as they were. It has a
/// set of id tables of its own, so that it can be handed to another thread.
/// </summary>
internal sealed class ScanDelta
{
    private readonly Dictionary<RowKey, RowDelta> _rows = [];
    private readonly CompiledFilter _tests;
    private IdTables? _from;
    private IdMap? _idMap;

    /// <param name="filter">What is left out was never there.</param>
    public ScanDelta(Filter filter) => _tests = new CompiledFilter(filter, IdTables, new HashSet<int>());

    public IdTables IdTables { get; } = new();

    public IReadOnlyCollection<RowDelta> Rows => _rows.Values;

    /// <summary>Takes over what an event did to an estate's rows.</summary>
    /// <param name="now">When rows came that weren't there before.</param>
    /// <param name="gone">When rows went that are no longer there.</param>
    public void Observe(RowLedger rows, DateTimeOffset now, DateTimeOffset gone)
    {
        if (_from != rows.IdTables)
        {
            (_from, _idMap) = (rows.IdTables, new IdMap(rows.IdTables, IdTables));
        }

        foreach (var (before, after) in rows.Touched)
        {
            if (!IsSame(before, after))
            {
                Observe(Shown(before), Shown(after), now, gone);
            }
        }
    }

    private void Observe(RowState? before, RowState? after, DateTimeOffset now, DateTimeOffset gone)
    {
        if ((after ?? before) is not { } state)
        {
            return;
        }

        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, state.Row.Key, out var isKnown);
        if (!isKnown)
        {
            seen.Came = before is null ? now : null;
        }

        foreach (var one in (ReadOnlySpan<RowState?>)[before, after])
        {
            if (one is { } shown)
            {
                seen.Add(shown.Row, shown.Via);
            }
        }

        seen.IsThere = after is not null;
        seen.Went = gone;
    }

    private RowState? Shown(RowState state)
    {
        if (!state.IsThere)
        {
            return null;
        }

        var shown = state.MapIds(_idMap!);
        return _tests.Passes(shown.Row, shown.Via) ? shown : null;
    }

    private static bool IsSame(RowState before, RowState after) =>
        before.Row.Stats == after.Row.Stats && before.Via.AsSpan().SequenceEqual(after.Via);
}
